package trace

// Kind says what an event is. Each kind has one cause; none is reused for
// another, and new ones may be added.
type Kind uint8

// The kinds of events. Object names a resource or a queue, Arg a number, where
// the comment says so.
const (
	None Kind = iota

	Arrive     // the task enters the system: new → ready
	Pick       // CPU begins a context switch to the task, off its queue, still ready
	Dispatch   // the task runs on CPU
	Expire     // its slice is used up
	Preempt    // a task the policy prefers takes its CPU, maybe at the end of the switch to it
	Yield      // it gave the CPU up (advances)
	Computed   // a cpu operation is done (advances), the task runs on
	Jump       // its program goes on elsewhere: Event.PC
	BlockIO    // it asks device Object
	BlockSleep // it sleeps
	BlockLock  // mutex Object is owned by another
	BlockPut   // queue Object is full
	BlockGet   // queue Object is empty
	Serve      // device Object begins serving the blocked task
	WakeIO     // device Object is done with it (advances)
	WakeSleep  // its sleep is over (advances)
	WakeLock   // mutex Object was handed to it; Arg is the task that released it
	WakePut    // there was room in queue Object; Arg is the task that made it
	WakeGet    // there was a value in queue Object; Arg is the task that put it
	Lock       // it owns mutex Object now (advances)
	Unlock     // it released mutex Object (advances)
	Put        // it put value Arg into queue Object (advances)
	Get        // it took value Arg from queue Object (advances)
	TaskDone   // one of the values taken from queue Object is dealt with (advances)
	AllDone    // all that was put into queue Object is dealt with: it need not wait (advances)
	BlockDone  // not all that was put into queue Object is dealt with
	WakeDone   // now it is (advances); Arg is the task that dealt with the last
	LoopBegin  // it runs Arg coroutines from now on (advances)
	Resume     // its coroutine Arg goes on, on a Jump
	CoAwait    // its coroutine Arg waits; others may go on
	CoDue      // what its coroutine Arg waits for has come
	CoEnd      // its coroutine Arg has ended
	LoopEnd    // all its coroutines have ended
	BlockLoop  // all its coroutines that haven't ended wait
	WakeLoop   // one of them can go on
	Collect    // it has the result of job Arg of pool Object (advances)
	AskResult  // it asked whether a result of pool Object is there, and what it is (advances)
	ClosePool  // it closed pool Object: no more jobs (advances)
	WakeClosed // pool Object is closed and has no more jobs for it: it ends
	BlockJob   // the result it asks pool Object for isn't there
	WakeResult // it is there now (advances); Arg is the task that worked on it
	Request    // it asked device Object and goes on (advances)
	Answer     // device Object has answered a request it doesn't wait for
	Forsake    // it has ended before device Object has answered
	Handler    // device Object has answered, and a signal lets it copy for Arg before it goes on computing
	PollNo     // it asked whether there is an answer: no, so it asks again
	PollYes    // there is one (advances)
	Select     // it takes an answer (advances)
	Handled    // no answer is to come that it hasn't dealt with (advances)
	BlockReply // no request is answered; Object is the device it asked first of those
	WakeReply  // device Object has answered, and it takes the answer (advances)
	OpenEnd    // its process has the ends Arg of pipe Object open: 1 to read, 2 to write, 3 both
	CloseEnd   // it closed the ends Arg of pipe Object for its process (advances)
	DropEnd    // its process has ended, and so are its ends Arg of pipe Object closed
	WriteSome  // it wrote Arg bytes into pipe Object, but isn't done
	Write      // it wrote Arg bytes into pipe Object and is done (advances)
	Read       // it read Arg bytes from pipe Object (advances)
	EndOfFile  // pipe Object is empty and nobody can write into it: it read nothing (advances)
	BrokenPipe // nobody can read from pipe Object: its write fails
	BlockFull  // pipe Object is full
	BlockEmpty // pipe Object is empty
	WakeRoom   // its write into pipe Object is done or has failed; Arg is the task that did that
	WakeBytes  // its read from pipe Object is done; Arg is the task that did that
	Exit       // it ended by itself with exit code Arg
	Kill       // it was ended from outside, from whatever state
	Home       // its home queue is now Object; if ready, it stands at the tail there
	Key        // its place in an ordered queue is decided by Arg, smaller first
	ToHead     // it moves to the head of the queue it stands in
	Slice      // the slice it gets from now on is Arg
	Quantum    // the slice of tasks without one of their own is now Arg (no task)
	Switched   // the run goes on under the header's policy number Object (no task)
	Boost      // the policy raises everyone again (no task)
	Release    // job Arg is released and can run
	Backlog    // job Arg is released, but the one before isn't done
	NextJob    // job Arg, released before, can run now
	JobDone    // job Arg is done, also with computing if that is last: its program starts again with the next
	Miss       // the deadline of job Arg has come and it isn't done
	Abort      // job Arg is dropped at its deadline; the mutexes it owns are free
	Retire     // its last job has ended, and it with it
	TimedOut   // it waited for resource Object as long as it may and gives up (advances)
	Refused    // it would have to wait for resource Object and doesn't (advances)
	WakeTry    // mutex Object is free: it must try again; Arg is the task that released it
	Result     // what its operation left in its accumulator: Arg
	Warm       // it has computed long enough on CPU: what it needs is in the cache there
	Evict      // what it needs had to leave the cache of CPU
	Load       // it loaded variable Object: Arg is in acc (advances)
	Acc        // it loaded a number: Arg is in acc (advances)
	Added      // it added to acc, which is Arg now (advances)
	Store      // it stored acc, which is Arg, into variable Object (advances)
	Print      // it printed text Object with the value Arg (advances)
	IfTrue     // it asked whether something holds, and it does (advances); Object is 1 more than the variable it spins on, if it does
	IfFalse    // it doesn't: a Jump says where it goes on
	Assign     // variable or register Object is Arg for it now, part of an instruction

	LockRead     // it has rwlock Object for reading now (advances)
	BlockRead    // rwlock Object is not to be read now
	WakeRead     // rwlock Object was let to it for reading; Arg is the task that let it
	Spin         // it asks for spin lock Object again and again, and uses its CPU for it
	Acquire      // it took a unit of semaphore Object (advances)
	GiveBack     // it gave a unit to semaphore Object (advances)
	BlockAcquire // semaphore Object has no unit left
	WakeAcquire  // a unit of semaphore Object was handed to it; Arg is the task that released it
	BlockWait    // it lets go the lock of condition Object, which it had taken Arg times, and waits
	Notify       // it woke Arg of those who wait on condition Object (advances)
	Requeue      // it waits for lock Object now, no more for the condition: notified, or, if Arg is 1, timed out
	Set          // it set event Object (advances)
	Clear        // it cleared event Object (advances)
	Passed       // event Object was set already (advances)
	BlockAwait   // event Object isn't set
	WakeAwait    // event Object was set by task Arg (advances)
	BlockBarrier // it arrived at barrier Object before the last
	Trip         // it arrived at barrier Object last: the barrier opens and closes behind them (advances)
	WakeBarrier  // barrier Object opened: task Arg came (advances)
	Break        // barrier Object is broken, because it gave up
	WakeBroken   // barrier Object is broken: task Arg gave up (advances)
	OnceBegin    // it is the one that does once Object (advances)
	OncePassed   // once Object was done already
	BlockOnce    // another is doing once Object
	OnceDone     // it has done once Object (advances)
	WakeOnce     // once Object is done: task Arg did it, or gave it up to this one

	Boosted      // because of mutex Object it is as urgent as task Arg; -1 = as the mutex' given ceiling
	Restored     // it has its own urgency again
	Deadlock     // it waits for lock Object, which task Arg holds; one of these for each task of the circle, in order
	DeadlockJoin // the same of a task that waits for the end of task Arg
	BlockUnsafe  // it could have lock or unit Object, but the state would be unsafe
	Withheld     // Object, for which it waits, is to be had now, but the state would be unsafe
	LetGo        // lock Object, which it had when it ended, is free

	Fork        // it made a copy of itself: task Arg (advances)
	Spawn       // it started process Arg (advances)
	Thread      // it started thread Arg of its process (advances)
	Denied      // it was to make a task, and there may be no more (advances)
	BlockJoin   // it waits for the end of task Arg
	BlockChild  // it waits for the end of its child Arg; of any if Arg is -1
	WakeJoin    // task Arg, for which it waited, has ended (advances)
	WakeChild   // its child Arg, for which it waited, has ended; -1 if there is none any more (advances)
	JoinTimeout // it waited for a task as long as it may and gives up (advances)
	Join        // it asked for task Arg, which has ended; -1 if there is none (advances)
	WaitChild   // it asked for its child Arg, which has ended; -1 if for none (advances)
	EndWith     // it ended because its process did
	Defunct     // its process has ended and is a zombie with exit status Arg
	Reap        // task Arg, or init if -1, asked for its exit status: the zombie is gone
	Adopt       // its process, an orphan, is now a child of that of task Arg, or of init if -1

	Signal   // it sent signal Object to the process of task Arg; to a group if -1 (advances)
	Stop     // a signal stopped it
	Continue // a signal lets it go on, or wait on
	Crash    // it ended by a fatal error: signal Arg
	Ignored  // signal Object reached its process, which ignores it
	Ignore   // its process ignores signal Object from now on (advances)
	Heed     // and no more (advances)
	Alive    // it asked whether task Arg has ended (advances)
	TakeGIL  // it has interpreter lock Object
	DropGIL  // it let go interpreter lock Object
	BlockGIL // it needs interpreter lock Object to go on, and another has it
	WakeGIL  // interpreter lock Object was handed to it; Arg is the task that let it go

	Exec        // its process begins anew with program number Arg: only it lives on, at the beginning of that
	Handle      // its process has a handler for signal Object from now on, which is what follows (advances)
	Pending     // signal Object waits to be handled by its process; if Arg is 1 it did already, and one is lost
	Interrupted // a signal interrupts what it waits for, which begins anew after the handler
	CutShort    // a signal ends what it waits for early (advances)
	Catch       // signal Object interrupts it: it goes on in the handler, which is in program number Arg, on a Jump
	Return      // its handler of signal Object is done: it goes on where it was

	Atomic     // it read and wrote variable Object in one step: Arg is in acc (advances)
	AtomicNo   // it compared variable Object, which isn't what it should be: Arg, 0, is in acc (advances)
	Pages      // its process has Arg pages of its own now, all new; 0 = it has none any more
	CopyPage   // it writes to page Object, which its process shares since a fork: from now on that is a copy, which takes it Arg of CPU time
	BlockPage  // it writes to page Object, which its process shares, and there is no room for a copy
	WakePage   // there is, or its process is swapped out and need not wait in memory
	Touched    // it wrote to pages (advances)
	SwapOut    // its process begins to leave memory: Arg pages are written
	SwappedOut // its process isn't in memory
	SwapIn     // its process begins to come into memory: Arg pages are read
	SwappedIn  // its process is in memory
	Suspend    // its process isn't in memory, so it can't run
	Activate   // its process is in memory again
	Submit     // it stands in the batch queue, new still

	StartTimer  // it started timer Object (advances)
	CancelTimer // it cancelled timer Object (advances)
	GoesOff     // timer Object goes off (no task)
	BlockTimer  // timer Object hasn't gone off
	WakeTimer   // timer Object has gone off Arg times, or, if 0, was cancelled (advances)
	TookTimer   // timer Object had gone off Arg times already (advances)

	Listen       // others may connect to it at socket Object from now on (advances)
	Unlisten     // nobody listens at socket Object any more
	BlockConnect // it asks for a connection at socket Object
	Connect      // it has connection Arg of socket Object now (advances)
	ConnRefused  // nobody listens at socket Object, or too many wait there
	Queued       // connection Arg of socket Object, that of this task, waits to be accepted
	BlockAccept  // nobody has asked for a connection at socket Object
	Accept       // it took connection Arg of socket Object from those that wait (advances)
	SendSome     // it sent Arg bytes over its connection at socket Object, but isn't done
	Send         // it sent Arg bytes and is done, or a datagram with the value Arg (advances)
	BlockSend    // so many bytes of its connection at socket Object are under way or not read as the window allows
	Receive      // it received Arg bytes from its connection at socket Object, or a datagram with the value Arg (advances)
	EndOfStream  // the other end of its connection at socket Object is closed and all is read (advances)
	BlockReceive // nothing has come for it at socket Object
	ConnReset    // its connection at socket Object is reset: what it does fails
	CloseSocket  // it closed its connection at socket Object, or listens no more (advances)
	WakeSocket   // what it waited for at socket Object has come, or never will
	Transmit     // a packet leaves for the other end of socket or manager Object: see [PacketOf]
	Retransmit   // the same packet leaves once more, since it was lost
	Deliver      // the packet is there
	Vanish       // the packet is lost
	Abandon      // the packet, which was lost, isn't sent again, since nobody waits for it any more
	Overflow     // the packet is there, but socket Object keeps no more datagrams
	InOrder      // what came over a connection of socket Object can be read, everything before it being there: see [PacketOf]

	CoGet // a coroutine of it took value Arg from queue Object
	CoPut // a coroutine of it put value Arg into queue Object

	Raise     // job Arg of pool Object, whose result it asks for, has failed: so does it
	WakeRaise // the same, and it waited for the result

	BlockServe  // nobody asks manager Object for anything
	TakeRequest // it, manager Object, deals with a request of task Arg now (advances)
	WakeServe   // there is a request for it, manager Object, or it is closed
	BlockRemote // it asks manager Object for something and waits for the answer
	PutFor      // it put value Arg into queue Object for another
	GetFor      // it took value Arg from queue Object for another
	Answered    // it, manager Object, did what task Arg asked for (advances)
	Postponed   // it, manager Object, can't do yet what task Arg asks for (advances)
	WakeRemote  // the answer of manager Object is there (advances); Arg is the manager
	CloseServer // it closed manager Object: no more requests (advances)

	kinds // how many there are
)

// kindInfo is what replaying an event does, as a table.
type kindInfo struct {
	code     string // stable name, in files and as the key of translations
	from     states // states it may come from
	to       State  // state it leads to; stays if zero
	cause    Cause  // why it is blocked from now on
	advances bool   // finishes the operation at the program counter
	object   object // what Object names
	onCPU    bool   // CPU says where it happens
}

type object uint8

const (
	noObject object = iota
	aResource
	aQueue
	highPC // Object and CPU together are a program counter
	aPolicy
	aTask  // named by Arg; -1 = none
	aCount // nothing: Arg, which is mostly small, is kept in its place
	aVariable
	aText
	aPage
)

var (
	anyState = in(New, Ready, Running, Blocked)
	running  = in(Running)
	ready    = in(Ready)
	blocked  = in(Blocked)
	// someState is any but new: what others do for a task goes on when it has ended.
	someState = in(Ready, Running, Blocked, Stopped, Zombie, Terminated)
	active    = in(Running, Blocked) // a blocked task's wait may be finished for it
)

var kindTable = withSignals(withMemory(withNetwork([kinds]kindInfo{
	None:       {code: "none"},
	Arrive:     {code: "arrive", from: in(New), to: Ready},
	Pick:       {code: "pick", from: ready, onCPU: true},
	Dispatch:   {code: "dispatch", from: ready, to: Running, onCPU: true},
	Expire:     {code: "expire", from: running, to: Ready, onCPU: true},
	Preempt:    {code: "preempt", from: in(Running, Ready), to: Ready, onCPU: true},
	Yield:      {code: "yield", from: running, to: Ready, advances: true, onCPU: true},
	Computed:   {code: "computed", from: running, advances: true, onCPU: true},
	Jump:       {code: "jump", from: anyState, object: highPC},
	BlockIO:    {code: "block_io", from: running, to: Blocked, cause: ForIO, object: aResource, onCPU: true},
	BlockSleep: {code: "block_sleep", from: running, to: Blocked, cause: ForSleep, onCPU: true},
	BlockLock:  {code: "block_lock", from: running, to: Blocked, cause: ForLock, object: aResource, onCPU: true},
	BlockPut:   {code: "block_put", from: running, to: Blocked, cause: ForRoom, object: aResource, onCPU: true},
	BlockGet:   {code: "block_get", from: running, to: Blocked, cause: ForValue, object: aResource, onCPU: true},
	Serve:      {code: "serve", from: blocked, object: aResource},
	WakeIO:     {code: "wake_io", from: blocked, to: Ready, advances: true, object: aResource},
	WakeSleep:  {code: "wake_sleep", from: blocked, to: Ready, advances: true},
	WakeLock:   {code: "wake_lock", from: blocked, to: Ready, object: aResource},
	WakePut:    {code: "wake_put", from: blocked, to: Ready, object: aResource},
	WakeGet:    {code: "wake_get", from: blocked, to: Ready, object: aResource},
	Lock:       {code: "lock", from: active, advances: true, object: aResource, onCPU: true},
	Unlock:     {code: "unlock", from: active, advances: true, object: aResource, onCPU: true},
	Put:        {code: "put", from: active, advances: true, object: aResource, onCPU: true},
	Get:        {code: "get", from: active, advances: true, object: aResource, onCPU: true},
	TaskDone:   {code: "task_done", from: running, advances: true, object: aResource, onCPU: true},
	AllDone:    {code: "all_done", from: running, advances: true, object: aResource, onCPU: true},
	BlockDone:  {code: "block_done", from: running, to: Blocked, cause: ForDone, object: aResource, onCPU: true},
	WakeDone:   {code: "wake_done", from: blocked, to: Ready, advances: true, object: aResource},
	LoopBegin:  {code: "loop_begin", from: running, advances: true, onCPU: true},
	Resume:     {code: "resume", from: active},
	CoAwait:    {code: "co_await", from: running, onCPU: true},
	CoDue:      {code: "co_due", from: in(Ready, Running, Blocked, Stopped)},
	CoEnd:      {code: "co_end", from: running, onCPU: true},
	LoopEnd:    {code: "loop_end", from: running, onCPU: true},
	BlockLoop:  {code: "block_loop", from: running, to: Blocked, cause: ForLoop, onCPU: true},
	WakeLoop:   {code: "wake_loop", from: blocked, to: Ready},
	Collect:    {code: "collect", from: running, advances: true, object: aResource, onCPU: true},
	AskResult:  {code: "ask_result", from: running, advances: true, object: aResource, onCPU: true},
	ClosePool:  {code: "close_pool", from: running, advances: true, object: aResource, onCPU: true},
	WakeClosed: {code: "wake_closed", from: blocked, to: Ready, object: aResource},
	BlockJob:   {code: "block_job", from: running, to: Blocked, cause: ForResult, object: aResource, onCPU: true},
	WakeResult: {code: "wake_result", from: blocked, to: Ready, advances: true, object: aResource},
	Request:    {code: "request", from: running, advances: true, object: aResource, onCPU: true},
	Answer:     {code: "answer", from: in(New, Ready, Running, Blocked, Stopped), object: aResource},
	Forsake:    {code: "forsake", from: in(Terminated), object: aResource},
	Handler:    {code: "handler", from: in(Ready, Running), object: aResource},
	PollNo:     {code: "poll_no", from: running, onCPU: true},
	PollYes:    {code: "poll_yes", from: running, advances: true, onCPU: true},
	Select:     {code: "select", from: running, advances: true, onCPU: true},
	Handled:    {code: "handled", from: running, advances: true, onCPU: true},
	BlockReply: {code: "block_reply", from: running, to: Blocked, cause: ForReply, object: aResource, onCPU: true},
	WakeReply:  {code: "wake_reply", from: blocked, to: Ready, advances: true, object: aResource},
	OpenEnd:    {code: "open_end", from: anyState, object: aResource},
	CloseEnd:   {code: "close_end", from: running, advances: true, object: aResource, onCPU: true},
	DropEnd:    {code: "drop_end", from: in(Terminated), object: aResource},
	WriteSome:  {code: "write_some", from: active, object: aResource, onCPU: true},
	Write:      {code: "write", from: active, advances: true, object: aResource, onCPU: true},
	Read:       {code: "read", from: active, advances: true, object: aResource, onCPU: true},
	EndOfFile:  {code: "end_of_file", from: active, advances: true, object: aResource, onCPU: true},
	BrokenPipe: {code: "broken_pipe", from: active, object: aResource, onCPU: true},
	BlockFull:  {code: "block_full", from: running, to: Blocked, cause: ForSpace, object: aResource, onCPU: true},
	BlockEmpty: {code: "block_empty", from: running, to: Blocked, cause: ForBytes, object: aResource, onCPU: true},
	WakeRoom:   {code: "wake_room", from: blocked, to: Ready, object: aResource},
	WakeBytes:  {code: "wake_bytes", from: blocked, to: Ready, object: aResource},
	Exit:       {code: "exit", from: running, to: Terminated, onCPU: true},
	Kill:       {code: "kill", from: anyState, to: Terminated},
	Home:       {code: "home", from: anyState, object: aQueue},
	Key:        {code: "key", from: anyState},
	ToHead:     {code: "to_head", from: ready},
	Slice:      {code: "slice", from: anyState},
	Quantum:    {code: "quantum"},
	Switched:   {code: "switched", object: aPolicy},
	Boost:      {code: "boost"},
	Release:    {code: "release", from: blocked, to: Ready, object: aCount},
	Backlog:    {code: "backlog", from: in(Ready, Running, Blocked), object: aCount},
	NextJob:    {code: "next_job", from: blocked, to: Ready, object: aCount},
	JobDone:    {code: "job_done", from: running, to: Blocked, cause: ForRelease, object: aCount, onCPU: true},
	Miss:       {code: "miss", from: in(Ready, Running, Blocked), object: aCount},
	Abort:      {code: "abort", from: in(Ready, Running, Blocked), to: Blocked, cause: ForRelease, object: aCount},
	Retire:     {code: "retire", from: blocked, to: Terminated},
	TimedOut:   {code: "timed_out", from: blocked, to: Ready, advances: true, object: aResource},
	Refused:    {code: "refused", from: running, advances: true, object: aResource, onCPU: true},
	WakeTry:    {code: "wake_try", from: blocked, to: Ready, object: aResource},
	Result:     {code: "result", from: in(Ready, Running, Blocked)},
	Warm:       {code: "warm", from: running, onCPU: true},
	Evict:      {code: "evict", from: in(Ready, Running, Blocked, Terminated), onCPU: true},
	Load:       {code: "load", from: running, advances: true, object: aVariable, onCPU: true},
	Acc:        {code: "acc", from: running, advances: true, onCPU: true},
	Added:      {code: "added", from: running, advances: true, onCPU: true},
	Store:      {code: "store", from: running, advances: true, object: aVariable, onCPU: true},
	Print:      {code: "print", from: running, advances: true, object: aText, onCPU: true},
	IfTrue:     {code: "if_true", from: running, advances: true, onCPU: true},
	IfFalse:    {code: "if_false", from: running, onCPU: true},
	Assign:     {code: "assign", from: in(Ready, Running), object: aVariable},

	LockRead:     {code: "lock_read", from: active, advances: true, object: aResource, onCPU: true},
	BlockRead:    {code: "block_read", from: running, to: Blocked, cause: ForRead, object: aResource, onCPU: true},
	WakeRead:     {code: "wake_read", from: blocked, to: Ready, object: aResource},
	Spin:         {code: "spin", from: running, object: aResource, onCPU: true},
	Acquire:      {code: "acquire", from: active, advances: true, object: aResource, onCPU: true},
	GiveBack:     {code: "give_back", from: running, advances: true, object: aResource, onCPU: true},
	BlockAcquire: {code: "block_acquire", from: running, to: Blocked, cause: ForUnit, object: aResource, onCPU: true},
	WakeAcquire:  {code: "wake_acquire", from: blocked, to: Ready, object: aResource},
	BlockWait:    {code: "block_wait", from: running, to: Blocked, cause: ForNotify, object: aResource, onCPU: true},
	Notify:       {code: "notify", from: running, advances: true, object: aResource, onCPU: true},
	Requeue:      {code: "requeue", from: blocked, to: Blocked, cause: ForLock, object: aResource},
	Set:          {code: "set", from: running, advances: true, object: aResource, onCPU: true},
	Clear:        {code: "clear", from: running, advances: true, object: aResource, onCPU: true},
	Passed:       {code: "passed", from: running, advances: true, object: aResource, onCPU: true},
	BlockAwait:   {code: "block_await", from: running, to: Blocked, cause: ForEvent, object: aResource, onCPU: true},
	WakeAwait:    {code: "wake_await", from: blocked, to: Ready, advances: true, object: aResource},
	BlockBarrier: {code: "block_barrier", from: running, to: Blocked, cause: ForParties, object: aResource, onCPU: true},
	Trip:         {code: "trip", from: running, advances: true, object: aResource, onCPU: true},
	WakeBarrier:  {code: "wake_barrier", from: blocked, to: Ready, advances: true, object: aResource},
	Break:        {code: "break", from: anyState, object: aResource},
	WakeBroken:   {code: "wake_broken", from: blocked, to: Ready, advances: true, object: aResource},
	OnceBegin:    {code: "once_begin", from: active, advances: true, object: aResource, onCPU: true},
	OncePassed:   {code: "once_passed", from: running, object: aResource, onCPU: true},
	BlockOnce:    {code: "block_once", from: running, to: Blocked, cause: ForOnce, object: aResource, onCPU: true},
	OnceDone:     {code: "once_done", from: running, advances: true, object: aResource, onCPU: true},
	WakeOnce:     {code: "wake_once", from: blocked, to: Ready, object: aResource},

	Boosted:      {code: "boosted", from: in(Ready, Running, Blocked), object: aResource},
	Restored:     {code: "restored", from: in(Ready, Running, Blocked)},
	Deadlock:     {code: "deadlock", from: in(Running, Blocked), object: aResource},
	DeadlockJoin: {code: "deadlock_join", from: blocked, object: aTask},
	BlockUnsafe:  {code: "block_unsafe", from: running, to: Blocked, cause: ForSafety, object: aResource, onCPU: true},
	Withheld:     {code: "withheld", from: blocked, object: aResource},
	LetGo:        {code: "let_go", from: in(Zombie, Terminated), object: aResource},

	Fork:        {code: "fork", from: running, advances: true, object: aTask, onCPU: true},
	Spawn:       {code: "spawn", from: running, advances: true, object: aTask, onCPU: true},
	Thread:      {code: "thread", from: running, advances: true, object: aTask, onCPU: true},
	Denied:      {code: "denied", from: running, advances: true, onCPU: true},
	BlockJoin:   {code: "block_join", from: running, to: Blocked, cause: ForTask, object: aTask, onCPU: true},
	BlockChild:  {code: "block_child", from: running, to: Blocked, cause: ForChild, object: aTask, onCPU: true},
	WakeJoin:    {code: "wake_join", from: blocked, to: Ready, advances: true, object: aTask},
	WakeChild:   {code: "wake_child", from: blocked, to: Ready, advances: true, object: aTask},
	JoinTimeout: {code: "join_timeout", from: blocked, to: Ready, advances: true},
	Join:        {code: "join", from: running, advances: true, object: aTask, onCPU: true},
	WaitChild:   {code: "wait_child", from: running, advances: true, object: aTask, onCPU: true},
	EndWith:     {code: "end_with", from: anyState, to: Terminated},
	Defunct:     {code: "defunct", from: in(Terminated), to: Zombie},
	Reap:        {code: "reap", from: in(Zombie), to: Terminated, object: aTask},
	Adopt:       {code: "adopt", from: in(New, Ready, Running, Blocked, Stopped, Zombie, Terminated), object: aTask},

	TakeGIL:  {code: "take_gil", from: active, object: aResource, onCPU: true},
	DropGIL:  {code: "drop_gil", from: in(Ready, Running, Blocked, Stopped, Zombie, Terminated), object: aResource},
	BlockGIL: {code: "block_gil", from: running, to: Blocked, cause: ForGIL, object: aResource, onCPU: true},
	WakeGIL:  {code: "wake_gil", from: blocked, to: Ready, object: aResource},
	Exec:     {code: "exec", from: running, onCPU: true},

	Atomic:   {code: "atomic", from: running, advances: true, object: aVariable, onCPU: true},
	AtomicNo: {code: "atomic_no", from: running, advances: true, object: aVariable, onCPU: true},

	StartTimer:  {code: "start_timer", from: running, advances: true, object: aResource, onCPU: true},
	CancelTimer: {code: "cancel_timer", from: running, advances: true, object: aResource, onCPU: true},
	GoesOff:     {code: "goes_off", object: aResource},
	BlockTimer:  {code: "block_timer", from: running, to: Blocked, cause: ForTimer, object: aResource, onCPU: true},
	WakeTimer:   {code: "wake_timer", from: blocked, to: Ready, advances: true, object: aResource},
	TookTimer:   {code: "took_timer", from: running, advances: true, object: aResource, onCPU: true},
})))
