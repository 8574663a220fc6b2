package trace

// withNetwork adds to the table what the kinds do that have to do with sockets, with
// managers and with the results of failed jobs.
func withNetwork(table [kinds]kindInfo) [kinds]kindInfo {
	for kind, info := range map[Kind]kindInfo{
		Listen:       {code: "listen", from: running, advances: true, object: aResource, onCPU: true},
		Unlisten:     {code: "unlisten", from: someState, object: aResource},
		BlockConnect: {code: "block_connect", from: running, to: Blocked, cause: ForConnection, object: aResource, onCPU: true},
		Connect:      {code: "connect", from: blocked, advances: true, object: aResource},
		ConnRefused:  {code: "conn_refused", from: blocked, object: aResource},
		Queued:       {code: "queued", from: someState, object: aResource},
		BlockAccept:  {code: "block_accept", from: running, to: Blocked, cause: ForClient, object: aResource, onCPU: true},
		Accept:       {code: "accept", from: active, advances: true, object: aResource, onCPU: true},
		SendSome:     {code: "send_some", from: active, object: aResource, onCPU: true},
		Send:         {code: "send", from: active, advances: true, object: aResource, onCPU: true},
		BlockSend:    {code: "block_send", from: running, to: Blocked, cause: ForWindow, object: aResource, onCPU: true},
		Receive:      {code: "receive", from: active, advances: true, object: aResource, onCPU: true},
		EndOfStream:  {code: "end_of_stream", from: active, advances: true, object: aResource, onCPU: true},
		BlockReceive: {code: "block_receive", from: running, to: Blocked, cause: ForData, object: aResource, onCPU: true},
		ConnReset:    {code: "conn_reset", from: active, object: aResource, onCPU: true},
		CloseSocket:  {code: "close_socket", from: running, advances: true, object: aResource, onCPU: true},
		WakeSocket:   {code: "wake_socket", from: blocked, to: Ready, object: aResource},
		Transmit:     {code: "transmit", from: someState, object: aResource},
		Retransmit:   {code: "retransmit", from: someState, object: aResource},
		Deliver:      {code: "deliver", from: someState, object: aResource},
		Vanish:       {code: "vanish", from: someState, object: aResource},
		Abandon:      {code: "abandon", from: someState, object: aResource},
		Overflow:     {code: "overflow", from: someState, object: aResource},
		InOrder:      {code: "in_order", from: someState, object: aResource},

		CoGet: {code: "co_get", from: someState, object: aResource},
		CoPut: {code: "co_put", from: someState, object: aResource},

		Raise:     {code: "raise", from: running, object: aResource, onCPU: true},
		WakeRaise: {code: "wake_raise", from: blocked, to: Ready, object: aResource},

		BlockServe:  {code: "block_serve", from: running, to: Blocked, cause: ForRequest, object: aResource, onCPU: true},
		TakeRequest: {code: "take_request", from: active, advances: true, object: aResource, onCPU: true},
		WakeServe:   {code: "wake_serve", from: blocked, to: Ready, object: aResource},
		BlockRemote: {code: "block_remote", from: running, to: Blocked, cause: ForAnswer, object: aResource, onCPU: true},
		PutFor:      {code: "put_for", from: running, object: aResource, onCPU: true},
		GetFor:      {code: "get_for", from: running, object: aResource, onCPU: true},
		Answered:    {code: "answered", from: running, advances: true, object: aResource, onCPU: true},
		Postponed:   {code: "postponed", from: running, advances: true, object: aResource, onCPU: true},
		WakeRemote:  {code: "wake_remote", from: blocked, to: Ready, advances: true, object: aResource},
		CloseServer: {code: "close_server", from: running, advances: true, object: aResource, onCPU: true},
	} {
		table[kind] = info
	}
	return table
}

// OfPacket reports whether the event's Arg says what a packet is; see [PacketOf].
func (k Kind) OfPacket() bool {
	switch k {
	case Transmit, Retransmit, Deliver, Vanish, Abandon, Overflow, InOrder:
		return true
	}
	return false
}
