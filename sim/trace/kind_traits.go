package trace

// String returns the kind's stable code ("dispatch", "block_io"), the one used
// in files and as the key of its sentence in the translations.
func (k Kind) String() string {
	if k < kinds {
		return kindTable[k].code
	}
	return "unknown"
}

// Kinds returns every kind but [None], in order.
func Kinds() []Kind {
	all := make([]Kind, 0, kinds-1)
	for k := None + 1; k < kinds; k++ {
		all = append(all, k)
	}
	return all
}

// KindOf returns the kind with a code as [Kind.String] gives it.
func KindOf(code string) (Kind, bool) {
	for _, k := range Kinds() {
		if kindTable[k].code == code {
			return k, true
		}
	}
	return None, false
}

// From reports whether an event of this kind may happen to a task in state s.
func (k Kind) From(s State) bool { return k < kinds && kindTable[k].from.has(s) }

// To returns the state the kind leads to; ok is false if the state stays.
func (k Kind) To() (to State, ok bool) {
	if k >= kinds {
		return 0, false
	}
	return kindTable[k].to, kindTable[k].to != 0
}

// Cause returns why a task is blocked after an event of this kind; 0 if the
// kind doesn't block.
func (k Kind) Cause() Cause {
	if k >= kinds {
		return 0
	}
	return kindTable[k].cause
}

// Advances reports whether the kind finishes the operation the task is at.
func (k Kind) Advances() bool { return k < kinds && kindTable[k].advances }

// OnCPU reports whether the event's CPU means something.
func (k Kind) OnCPU() bool { return k < kinds && kindTable[k].onCPU }

// OnResource reports whether the event's Object is a resource.
func (k Kind) OnResource() bool { return k < kinds && kindTable[k].object == aResource }

// OnVariable reports whether the event's Object is a variable.
func (k Kind) OnVariable() bool { return k < kinds && kindTable[k].object == aVariable }

// AboutTask reports whether the event's Arg is another task, or -1 for none.
func (k Kind) AboutTask() bool { return k < kinds && kindTable[k].object == aTask }

// OnTask reports whether the event concerns a task at all.
func (k Kind) OnTask() bool { return k < kinds && kindTable[k].from != 0 }

// Bookkeeping reports whether the kind only tells how the kernel keeps its
// queues. A reader who steps by event passes over these.
func (k Kind) Bookkeeping() bool {
	switch k {
	case Home, Key, ToHead, Slice, Jump, Result, OpenEnd, Pages, Queued, InOrder:
		return true
	}
	return false
}
