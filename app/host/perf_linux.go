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

// switchRecorder receives the kernel's record of every switch of one thread.
type switchRecorder struct {
	fd   int
	mem  []byte
	meta *unix.PerfEventMmapPage
	data []byte
	got  []rawSwitch
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
	attr := &unix.PerfEventAttr{
		Type: unix.PERF_TYPE_SOFTWARE, Config: unix.PERF_COUNT_SW_DUMMY,
		Size:        uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
		Sample_type: unix.PERF_SAMPLE_TID | unix.PERF_SAMPLE_TIME | unix.PERF_SAMPLE_CPU,
		Bits: unix.PerfBitContextSwitch | unix.PerfBitSampleIDAll | unix.PerfBitUseClockID |
			unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
		Clockid: unix.CLOCK_MONOTONIC,
	}
	fd, err := unix.PerfEventOpen(attr, tid, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("perf_event_open: %w", err)
	}
	page := os.Getpagesize()
	mem, err := unix.Mmap(fd, 0, page+max(perfPages*4096, page), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("mapping the records of perf_event_open: %w", err)
	}
	return &switchRecorder{fd: fd, mem: mem, meta: (*unix.PerfEventMmapPage)(unsafe.Pointer(&mem[0])), data: mem[page:]}, nil
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
			r.got = append(r.got, rawSwitch{
				at:  int64(le.Uint64(buf[n-perfTrailerSize+8:])),
				out: misc&perfSwitchOut != 0, runnable: misc&perfRunnable != 0,
			})
		}
		tail += n
	}
	atomic.StoreUint64(&r.meta.Data_tail, tail)
}

func (r *switchRecorder) close() {
	if r == nil || r.mem == nil {
		return
	}
	_ = unix.Munmap(r.mem) // can't fail for what mmap returned
	_ = unix.Close(r.fd)
	r.mem, r.meta, r.data = nil, nil, nil
}

// errnoOf returns the number of a system error, 0 if it is none.
func errnoOf(err error) int {
	var e unix.Errno
	if errors.As(err, &e) {
		return int(e)
	}
	return 0
}
