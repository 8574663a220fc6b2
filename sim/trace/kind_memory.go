package trace

// withMemory adds to the table what the kinds do that have to do with pages, with
// swapping and with the batch queue.
func withMemory(table [kinds]kindInfo) [kinds]kindInfo {
	for kind, info := range map[Kind]kindInfo{
		Pages:      {code: "pages", from: in(New, Ready, Running, Blocked, Stopped, Zombie, Terminated)},
		CopyPage:   {code: "copy_page", from: in(Ready, Running), object: aPage, onCPU: true},
		BlockPage:  {code: "block_page", from: running, to: Blocked, cause: ForPage, object: aPage, onCPU: true},
		WakePage:   {code: "wake_page", from: blocked, to: Ready},
		Touched:    {code: "touched", from: running, advances: true, onCPU: true},
		SwapOut:    {code: "swap_out", from: in(New, Ready, Blocked, Stopped, Terminated)},
		SwappedOut: {code: "swapped_out", from: in(New, Ready, Blocked, Stopped, Terminated)},
		SwapIn:     {code: "swap_in", from: in(New, Ready, Blocked, Stopped, Terminated)},
		SwappedIn:  {code: "swapped_in", from: in(New, Ready, Blocked, Stopped, Terminated)},
		Suspend:    {code: "suspend", from: in(Ready, Blocked, Stopped)},
		Activate:   {code: "activate", from: in(Ready, Blocked, Stopped)},
		Submit:     {code: "submit", from: in(New)},
	} {
		table[kind] = info
	}
	return table
}
