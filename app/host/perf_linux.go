//go:build amd64 || arm64

package host

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// perfPages of 4 KiB hold 2,048 switches of one task, which are fetched every
// 10 ms; for 16 tasks that is within what an unprivileged user may lock.
const perfPages = 16

// familyPages are those for all tasks of a run whose programs make some.
const familyPages = 128

// Records of perf_event_open that matter here, and what their header's misc
// field says of a switch.
const (
	perfRecordLost   = 2
	perfRecordSwitch = 14
	perfSwitchOut    = 1 << 13
	perfRunnable     = 1 << 14
	perfHeaderSize   = 8
	perfRecordSize   = 64 // at most, of those asked for
	perfTrailerSize  = 24 // pid, tid; time; cpu, reserved: see SampleType
)

// switchRecorder receives the kernel's record of every switch of some threads and,
// if it is a family's, of all they make.
type switchRecorder struct {
	fds  []int // of the first the records are read
	mem  []byte
	meta *unix.PerfEventMmapPage
	data []byte
	got  map[int][]rawSwitch // by thread
	lost int
}

// rawSwitch is a switch at an instant of CLOCK_MONOTONIC.
type rawSwitch struct {
	at            int64
	out, runnable bool
}

// openSwitchRecorder asks the kernel to record the switches of a thread. The
// event itself counts nothing; excluding the kernel makes it open to everybody
// at the kernel's usual setting and loses no switch.
func openSwitchRecorder(tid int) (*switchRecorder, error) {
	r := &switchRecorder{got: map[int][]rawSwitch{}}
	if err := r.add(tid, -1, 0); err != nil {
		return nil, err
	}
	return r, r.mapRecords(perfPages)
}

// openFamilyRecorder asks for those of threads on a CPU and of all threads and
// processes that they make.
func openFamilyRecorder(tids []int, cpu int) (*switchRecorder, error) {
	r := &switchRecorder{got: map[int][]rawSwitch{}}
	for _, tid := range tids {
		if err := r.add(tid, cpu, unix.PerfBitInherit); err != nil {
			if errors.Is(err, unix.ESRCH) { // it has ended: one of the runtime's
				continue
			}
			r.close()
			return nil, err
		}
		if len(r.fds) == 1 {
			if err := r.mapRecords(familyPages); err != nil {
				return nil, err
			}
			continue
		}
		if err := unix.IoctlSetInt(r.fds[len(r.fds)-1], unix.PERF_EVENT_IOC_SET_OUTPUT, r.fds[0]); err != nil {
			r.close()
			return nil, fmt.Errorf("putting the records of perf_event_open together: %w", err)
		}
	}
	return r, nil
}

// add opens the event of one more thread.
func (r *switchRecorder) add(tid, cpu int, bits uint64) error {
	attr := &unix.PerfEventAttr{
		Type: unix.PERF_TYPE_SOFTWARE, Config: unix.PERF_COUNT_SW_DUMMY,
		Size:        uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
		Sample_type: unix.PERF_SAMPLE_TID | unix.PERF_SAMPLE_TIME | unix.PERF_SAMPLE_CPU,
		Bits: unix.PerfBitContextSwitch | unix.PerfBitSampleIDAll | unix.PerfBitUseClockID |
			unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv | bits,
		Clockid: unix.CLOCK_MONOTONIC,
	}
	fd, err := unix.PerfEventOpen(attr, tid, cpu, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("perf_event_open: %w", err)
	}
	r.fds = append(r.fds, fd)
	return nil
}

// mapRecords makes so many pages of records readable.
func (r *switchRecorder) mapRecords(pages int) error {
	page := os.Getpagesize()
	mem, err := unix.Mmap(r.fds[0], 0, page+max(pages*4096, page), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		r.close()
		return fmt.Errorf("mapping the records of perf_event_open: %w", err)
	}
	r.mem, r.meta, r.data = mem, (*unix.PerfEventMmapPage)(unsafe.Pointer(&mem[0])), mem[page:]
	return nil
}

// perfAllowed reports why the kernel wouldn't record switches of our own
// threads, or nil.
func perfAllowed() error {
	r, err := openSwitchRecorder(0)
	if err != nil {
		return err
	}
	r.close()
	return nil
}

// fetch takes over what the kernel has written.
func (r *switchRecorder) fetch() {
	head := atomic.LoadUint64(&r.meta.Data_head)
	tail := r.meta.Data_tail
	size := uint64(len(r.data))
	if head-tail+perfRecordSize > size { // there was no room for another, nor for saying so
		r.lost++
	}
	var buf [256]byte
	le := binary.LittleEndian
	for tail < head {
		for i := uint64(0); i < perfHeaderSize; i++ {
			buf[i] = r.data[(tail+i)%size]
		}
		kind, misc, n := le.Uint32(buf[:]), le.Uint16(buf[4:]), uint64(le.Uint16(buf[6:]))
		if n < perfHeaderSize { // can't be; don't turn forever
			r.lost++
			tail = head
			break
		}
		whole := n <= uint64(len(buf))
		for i := uint64(perfHeaderSize); whole && i < n; i++ {
			buf[i] = r.data[(tail+i)%size]
		}
		switch {
		case !whole:
		case kind == perfRecordLost && n >= perfHeaderSize+16:
			r.lost += int(le.Uint64(buf[perfHeaderSize+8:]))
		case kind == perfRecordSwitch && n >= perfHeaderSize+perfTrailerSize:
			tid := int(le.Uint32(buf[n-perfTrailerSize+4:]))
			r.got[tid] = append(r.got[tid], rawSwitch{
				at:  int64(le.Uint64(buf[n-perfTrailerSize+8:])),
				out: misc&perfSwitchOut != 0, runnable: misc&perfRunnable != 0,
			})
		}
		tail += n
	}
	atomic.StoreUint64(&r.meta.Data_tail, tail)
}

func (r *switchRecorder) close() {
	if r == nil {
		return
	}
	if r.mem != nil {
		_ = unix.Munmap(r.mem) // can't fail for what mmap returned
	}
	for _, fd := range r.fds {
		_ = unix.Close(fd)
	}
	r.mem, r.meta, r.data, r.fds = nil, nil, nil, nil
}

// errnoOf returns the number of a system error, 0 if it is none.
func errnoOf(err error) int {
	var e unix.Errno
	if errors.As(err, &e) {
		return int(e)
	}
	return 0
}
