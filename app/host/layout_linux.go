//go:build amd64 || arm64

package host

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What a worker finds open when it starts.
const (
	fdGate    = 3 // closes: go
	fdControl = 4 // closes: die
	fdMemory  = 5 // its own memory: header, program, records, of each of its threads
	fdShared  = 6 // memory all workers share: resources
	fdNursery = 7 // memory for tasks that are made
	fdPipes   = 8 // from here on: of each pipe the end to read from and the end to write to
)

// A worker's memory is a row of 64-bit words: this header, a page for what it
// takes from a pipe, the records. The parent reads it while the worker writes, and
// after it has died of whatever cause.
const (
	hMagic       = iota // both sides are the same program
	hReady              // by the worker: its thread id, when it stands at the gate
	hGo                 // by the parent: instant 0 of the run, before it opens the gate
	hArrival            // after instant 0
	hTask               // its number
	hCPU                // to pin itself to
	hFlags              // see flagRealtime
	hLimit              // nanoseconds of wall clock it may live after instant 0
	hProgram            // number of its program in shared memory
	hRoom               // how many records fit
	hCount              // how many are written
	hDropped            // how many didn't fit
	hHeartbeat          // the latest instant it is known to have been running
	hLate               // how long after its arrival it came to the gate's other side
	hStarted            // its first instant
	hEnded              // its last
	hCPUTime            // CPU time the kernel charged between them
	hVoluntary          // context switches the kernel counted between them
	hInvoluntary        //
	hStolen             // time the clock leapt though there was no switch: interrupts, hypervisor
	hNext               // words from here to the next thread of the process; 0 for the last
	hReserve            // of the first thread: how many the process keeps for those it makes
	hFailedStep         // why it never came to the gate
	hFailedErrno        //
	hRegisters          // what the registers of an assembly program hold at first
	headerWords  = 32
)

// registers is how many a task of an assembly program has.
const registers = 7

const magic = 0x74696d65736c6963 // "timeslic"

const (
	flagRealtime = 1 << iota // bound real-time CPU use
	flagLeave                // there is another CPU to die on
	flagDaemon               // its process doesn't wait for its end
	flagMainEnds             // processes end with their main threads
)

// opWords is the size of an operation: code | patience | comparison | manner |
// resource; duration; value; jump; number of its variable + 1, 0 for none;
// priority; what kind its resource is | whom that prefers | its order.
const opWords = 7

// record is what a worker writes down about itself, recWords words.
type record struct {
	from, to int64  // CLOCK_MONOTONIC; to is 0 while it lasts
	what     uint64 // kind in the lowest 8 bits, operation above
	switches uint64 // voluntary in the upper half, involuntary in the lower
	delay    int64
	arg      int64
	token    uint64 // of what went through a pipe; or givenUp
}

// givenUp in a record of waiting says that it was as long as the operation waits.
const givenUp = 1

// foundBroken in that of waiting at a barrier, that it broke.
const foundBroken = 2

// foundClosed in that of waiting for a job, that there are no more.
const foundClosed = 4

// noticeDepth in a record of waiting to be notified is where it says how often the
// task had taken the lock.
const noticeDepth = 1

// What goes through a pipe is a page that begins with these words. It must be a
// whole page, for a pipe has so many pages and puts two pieces that fit into one
// of them there.
const (
	tokenID    = iota // who put it and which of his it is, see newToken
	tokenValue        // the value
)

var pageWords = os.Getpagesize() / 8

// recordsAt is where the records begin in a worker's memory.
func recordsAt() int { return headerWords + pageWords }

const recWords = int(unsafe.Sizeof(record{}) / 8)

// recordsOf returns the records in a worker's memory.
func recordsOf(words []uint64, room int) []record {
	part := words[recordsAt():]
	return unsafe.Slice((*record)(unsafe.Pointer(&part[0])), min(room, len(part)/recWords))
}

// alarmGrace is how long after its limit a worker's own timer kills it, if the
// parent hasn't by then.
const alarmGrace = 500 * time.Millisecond

// The steps of a worker's way to the gate, for hFailedStep.
const (
	stepSchedstat = iota + 1
	stepPin
	stepTimer
	stepRlimit
	faultOverRelease // of its program, on its way
	faultNotOwner
	faultTooMuch
)

var stepNames = [...]string{"", "opening its schedstat", "pinning itself to the CPU", "setting its timer", "limiting itself",
	"releasing a semaphore that has all its units", "letting go a lock that it doesn't hold", "putting more into a queue than a real one keeps"}

// Resources lie in shared memory, objectWords words apart from each other at
// least, each field on its own.
const (
	objectWords = 16

	vFutex = 0 // variable: protects the value
	vValue = 1

	mFutex = 0 // mutex: 0 free, 1 owned, 2 owned and waited for
	mWaker = 1 // who released it last and when
	mOwner = 2 // whose it is, + 1
	mDepth = 3 // how often he has taken it, if that is counted

	wFutex   = 0 // rwlock: protects the rest
	wOwner   = 1 // who writes, + 1
	wReaders = 2 // how often each reads, 4 bits a task
	wTicket  = 3 // of the next who waits
	wWaker   = 4
	wLine    = objectWords // of each task: a futex; what it waits for; its ticket

	cFutex   = 0 // semaphore, event, barrier: protects the rest
	cNews    = 1 // futex to wait in
	cCount   = 2 // units; 1 if set; who has come
	cMost    = 3 // units, 0 = no limit; parties
	cWaiting = 4
	cWaker   = 5
	cBroken  = 6 // of a barrier: somebody gave up at it
	cLock    = 6 // of a condition: where its mutex is
	cUpTo    = 2 // of a condition: whose number is below that has been notified
	cNumber  = 3 // of a condition: the number of the next who waits
	cGone    = 7 // of a condition: who gave up and wasn't notified, a bit for each number modulo 64

	qFutex         = 0 // protects the queue
	qRoom          = 1 // futex to wait in for room
	qValue         = 2 // futex to wait in for a value
	qRoomWaiting   = 3
	qValueWaiting  = 4
	qHead          = 5
	qCount         = 6
	qCapacity      = 7
	qRoomWaker     = 8
	qValueWaker    = 9
	qPipe          = 10 // 0, or the descriptor to read from; the next one is to write to
	qOpen          = 11 // values put and not dealt with
	qDone          = 12 // futex to wait in until all are
	qDoneWaiting   = 13
	qDoneWaker     = 14
	qSlots         = 15 // how many values there is room for, also if the queue has no limit
	slotWords      = 2  // a value and its priority
	dFutex         = 0  // device: protects the table
	dServers       = 1  // 0: serves everybody at once
	sharedOffset   = objectWords
	maxServersUsed = MaxWorkers // more make no difference

	lineWords    = 3       // of a task in the line of an rwlock
	readsBits    = 4       // of a task in its count of readers
	manyInQueues = 1 << 14 // values a queue without a limit keeps
)

// memory is a memfd both sides have mapped.
type memory struct {
	file  *os.File
	bytes []byte
	words []uint64
}

func newMemory(words int) (*memory, error) {
	fd, err := unix.MemfdCreate("timeslice", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	m := &memory{file: os.NewFile(uintptr(fd), "memfd:timeslice")}
	if err := unix.Ftruncate(fd, int64(words)*8); err != nil {
		return nil, fmt.Errorf("ftruncate: %w", err)
	}
	if err := m.mapWords(fd, words); err != nil {
		return nil, err
	}
	return m, nil
}

// openMemory maps what another process made.
func openMemory(fd int) (*memory, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("fstat: %w", err)
	}
	m := &memory{}
	return m, m.mapWords(fd, int(st.Size/8))
}

func (m *memory) mapWords(fd, words int) error {
	b, err := unix.Mmap(fd, 0, words*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mmap: %w", err)
	}
	m.bytes = b
	m.words = unsafe.Slice((*uint64)(unsafe.Pointer(&b[0])), words)
	return nil
}

// touched is how much of its memory a worker makes present beforehand. What a
// page beyond that takes to appear, a microsecond, is no switch.
const touched = 1 << 20

// touch makes pages present and writable, so that writing doesn't fault.
func (m *memory) touch() {
	page := os.Getpagesize() / 8
	for i := 0; i < min(len(m.words), touched/8); i += page {
		atomic.AddUint64(&m.words[i], 0)
	}
}

func (m *memory) close() {
	if m.bytes != nil {
		_ = unix.Munmap(m.bytes) // can't fail for what mmap returned
		m.bytes, m.words = nil, nil
	}
	if m.file != nil {
		_ = m.file.Close()
	}
}

// part is a stretch of the memory, which lives as long as the whole.
func (m *memory) part(at, words int) *memory { return &memory{words: m.words[at : at+words]} }

func (m *memory) load(i int) int64     { return int64(atomic.LoadUint64(&m.words[i])) }
func (m *memory) store(i int, v int64) { atomic.StoreUint64(&m.words[i], uint64(v)) }

// memoryWords is how much memory a task's worker needs, in whole pages.
func memoryWords(p *plan, task int) int {
	n := recordsAt() + recWords*p.records[task]
	return (n + pageWords - 1) / pageWords * pageWords
}
