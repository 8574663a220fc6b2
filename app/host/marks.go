package host

import "timeslice/sim/trace"

// marksAs is how each kind of mark becomes events: what takes time two of them,
// and of a passage through a pipe a third.
var marksAs = map[markKind]struct{ at, wake, done trace.Kind }{
	markSleep:      {at: trace.BlockSleep, wake: trace.WakeSleep},
	markIO:         {at: trace.BlockIO, wake: trace.WakeIO},
	markLock:       {at: trace.BlockLock, wake: trace.WakeLock},
	markRoom:       {at: trace.BlockPut, wake: trace.WakePut},
	markValue:      {at: trace.BlockGet, wake: trace.WakeGet},
	markSend:       {trace.BlockPut, trace.WakePut, trace.Put},
	markReceive:    {trace.BlockGet, trace.WakeGet, trace.Get},
	markYield:      {at: trace.Yield},
	markGap:        {at: trace.Preempt},
	markComputed:   {at: trace.Computed},
	markLocked:     {at: trace.Lock},
	markUnlocked:   {at: trace.Unlock},
	markPut:        {at: trace.Put},
	markGot:        {at: trace.Get},
	markLoaded:     {at: trace.Load},
	markStored:     {at: trace.Store},
	markCounted:    {at: trace.Acc},
	markPrinted:    {at: trace.Print},
	markTrue:       {at: trace.IfTrue},
	markFalse:      {at: trace.IfFalse},
	markUnit:       {at: trace.BlockAcquire, wake: trace.WakeAcquire},
	markEvent:      {at: trace.BlockAwait, wake: trace.WakeAwait},
	markBarrier:    {at: trace.BlockBarrier, wake: trace.WakeBarrier},
	markAcquired:   {at: trace.Acquire},
	markGaveBack:   {at: trace.GiveBack},
	markSet:        {at: trace.Set},
	markCleared:    {at: trace.Clear},
	markPassed:     {at: trace.Passed},
	markTripped:    {at: trace.Trip},
	markChild:      {at: trace.BlockChild, wake: trace.WakeChild},
	markJoin:       {at: trace.BlockJoin, wake: trace.WakeJoin},
	markMade:       {at: trace.Fork},
	markDenied:     {at: trace.Denied},
	markWaited:     {at: trace.WaitChild},
	markJoined:     {at: trace.Join},
	markSignal:     {at: trace.Signal},
	markIgnore:     {at: trace.Ignore},
	markHeed:       {at: trace.Heed},
	markAlive:      {at: trace.Alive},
	markCrash:      {at: trace.Crash},
	markNotice:     {at: trace.BlockWait, wake: trace.Requeue},
	markNotified:   {at: trace.Notify},
	markRefused:    {at: trace.Refused},
	markResult:     {at: trace.Result},
	markRaised:     {at: trace.Jump},
	markRead:       {at: trace.BlockRead, wake: trace.WakeRead},
	markReads:      {at: trace.LockRead},
	markSpin:       {at: trace.Spin},
	markOnce:       {at: trace.BlockOnce, wake: trace.WakeOnce},
	markBegun:      {at: trace.OnceBegin},
	markSkipped:    {at: trace.OncePassed},
	markOnceDone:   {at: trace.OnceDone},
	markFull:       {at: trace.BlockFull, wake: trace.WakeRoom},
	markEmpty:      {at: trace.BlockEmpty, wake: trace.WakeBytes},
	markWroteSome:  {at: trace.WriteSome},
	markWrote:      {at: trace.Write},
	markDidRead:    {at: trace.Read},
	markEndOfFile:  {at: trace.EndOfFile},
	markBroken:     {at: trace.BrokenPipe},
	markClosed:     {at: trace.CloseEnd},
	markStopped:    {at: trace.Stop},
	markBreak:      {at: trace.Break},
	markResultOf:   {at: trace.BlockJob, wake: trace.WakeResult},
	markAsked:      {at: trace.AskResult},
	markCollected:  {at: trace.Collect},
	markPoolClosed: {at: trace.ClosePool},
	markReply:      {at: trace.BlockReply, wake: trace.WakeReply},
	markRequested:  {at: trace.Request},
	markPolled:     {at: trace.PollYes},
	markNothing:    {at: trace.PollNo},
	markSelected:   {at: trace.Select},
	markHandled:    {at: trace.Handled},
	markInterrupt:  {at: trace.Handler},
	markAssigned:   {at: trace.Assign},
	markAtomic:     {at: trace.Atomic},
	markAtomicNo:   {at: trace.AtomicNo},
	markExec:       {at: trace.Exec},
	markDealt:      {at: trace.BlockDone, wake: trace.WakeDone},
	markTaskDone:   {at: trace.TaskDone},
	markAllDone:    {at: trace.AllDone},
	markExit:       {at: trace.Exit},
}

// finishes says that an operation is over with its wait, so the wait must be in
// the trace even if the task never left the CPU.
func (m *mark) finishes() bool {
	return m.gaveUp || m.kind == markYield || m.kind == markNotice || marksAs[m.kind].wake.Advances()
}

// awaits says that an end of waiting is another's doing.
func (k markKind) awaits() bool {
	switch k {
	case markLock, markRoom, markValue, markUnit, markEvent, markBarrier, markChild, markJoin, markNotice, markRead, markOnce, markDealt, markResultOf, markFull, markEmpty:
		return true
	}
	return false
}

// waits says that a task may be away from the CPU within a mark of this kind.
func (k markKind) waits() bool { return k < markComputed }
