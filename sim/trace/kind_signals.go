package trace

// withSignals adds to the table what the kinds do that have to do with signals.
func withSignals(table [kinds]kindInfo) [kinds]kindInfo {
	for kind, info := range map[Kind]kindInfo{
		Signal:      {code: "signal", from: running, advances: true, object: aTask, onCPU: true},
		Stop:        {code: "stop", from: in(Ready, Running, Blocked)},
		Continue:    {code: "continue", from: in(Stopped)},
		Crash:       {code: "crash", from: running, to: Terminated, onCPU: true},
		Ignored:     {code: "ignored", from: in(Ready, Running, Blocked, Stopped, Terminated)},
		Ignore:      {code: "ignore", from: running, advances: true, onCPU: true},
		Heed:        {code: "heed", from: running, advances: true, onCPU: true},
		Alive:       {code: "alive", from: running, advances: true, object: aTask, onCPU: true},
		Handle:      {code: "handle", from: running, advances: true, onCPU: true},
		Pending:     {code: "pending", from: in(New, Ready, Running, Blocked, Stopped, Terminated)},
		Interrupted: {code: "interrupted", from: blocked, to: Ready},
		CutShort:    {code: "cut_short", from: blocked, to: Ready, advances: true},
		Catch:       {code: "catch", from: running, onCPU: true},
		Return:      {code: "return", from: running, onCPU: true},
	} {
		table[kind] = info
	}
	return table
}
