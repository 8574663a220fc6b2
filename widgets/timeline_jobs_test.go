package widgets

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"timeslice/sim/trace"
)

// periodic is a run of one task with a period of 10 ms: its second job misses
// its deadline at 20, the others are done in time.
func periodic(aborts bool) (*trace.Recording, *trace.Lanes) {
	const ms = 10 * tenth
	h := trace.Header{Unit: ms, UnitText: "1ms", CPUs: 1, Queues: []trace.Queue{{CPU: -1}}, Policies: []trace.Policy{{Name: "rm"}},
		Tasks:    []trace.Task{{Name: "A", Pid: 100, Period: 10 * ms, AbortOnMiss: aborts}},
		Programs: []trace.Program{{Name: "A", Ops: []trace.Op{{Text: "cpu 4", Length: 4 * ms}}}}}
	r := trace.NewRecording(h)
	r.Append(0, trace.Arrive, 0, 0, 0)
	r.Append(0, trace.Dispatch, 0, 0, 0)
	r.AppendArg(4*ms, trace.JobDone, 0, 0, 0, 1)
	r.AppendArg(10*ms, trace.Release, 0, 0, 0, 2)
	r.Append(18*ms, trace.Dispatch, 0, 0, 0)
	r.AppendArg(20*ms, trace.Miss, 0, 0, 0, 2)
	if aborts {
		r.AppendArg(20*ms, trace.Abort, 0, 0, 0, 2)
		r.AppendArg(20*ms, trace.Release, 0, 0, 0, 3)
	} else {
		r.AppendArg(20*ms, trace.Backlog, 0, 0, 0, 3)
		r.AppendArg(22*ms, trace.JobDone, 0, 0, 0, 2)
		r.AppendArg(22*ms, trace.NextJob, 0, 0, 0, 3)
	}
	r.Append(24*ms, trace.Dispatch, 0, 0, 0)
	r.AppendArg(28*ms, trace.JobDone, 0, 0, 0, 3)
	r.AppendArg(30*ms, trace.Release, 0, 0, 0, 4)
	l := trace.NewLanes()
	l.Extend(r)
	return r, l
}

// Arrows stand where jobs are released and where their deadlines are, a cross
// where one was missed and nowhere else: told by their shapes alone.
func TestTimelineMarksJobs(t *testing.T) {
	for _, aborts := range []bool{false, true} {
		look{}.open(t)
		r, l := periodic(aborts)
		tl := NewTimeline(nil)
		tl.SetRecording(&r.Header, l, r.End())
		shown(t, tl, 700, 120)
		f := &tl.live.f
		beside := int(tl.live.beside())
		img := tl.live.paintMarks(int(f.plotW)+2*beside, int(f.lanesH)).(*image.RGBA)
		ink := tl.live.inks()
		x := func(ms int) int {
			return beside + int(tl.view.x(trace.Time(ms*10*tenth), f.plotW)+0.5)
		}
		count := func(cx, reach int, c pixel) (n, top, bottom int) {
			p := spanPainter{img: img, w: img.Rect.Dx()}
			high := img.Rect.Dy()
			for y := range high {
				for x := max(cx-reach, 0); x <= min(cx+reach, p.w-1); x++ {
					if p.get(x, y) == c {
						n++
						if y < high/5 {
							top++
						} else if y >= high-high/5 {
							bottom++
						}
					}
				}
			}
			return n, top, bottom
		}
		for _, c := range []struct {
			at                        int
			release, deadline, missed bool
		}{{0, true, false, false}, {5, false, false, false}, {10, true, true, false}, {20, true, true, true}, {30, true, true, false}} {
			n, top, bottom := count(x(c.at), 6, ink.mark)
			stem := img.Rect.Dy() / 5 * tl.live.painter.shape.job.stem
			if tl.live.painter.shape.job.stem == 0 {
				stem = img.Rect.Dy() / 5
			}
			if (n > 0) != (c.release || c.deadline) {
				t.Errorf("aborts %v: an arrow at %d: %v", aborts, c.at, n > 0)
			}
			if c.release && top <= stem+2 || c.release && !c.deadline && bottom > top {
				t.Errorf("aborts %v: at %d no head above: %d, below %d", aborts, c.at, top, bottom)
			}
			if c.deadline && bottom <= stem+2 {
				t.Errorf("aborts %v: at %d no head below: %d", aborts, c.at, bottom)
			}
			if n, _, _ := count(x(c.at), 12, ink.missed); (n > 40) != c.missed {
				t.Errorf("aborts %v: %d pixels of a missed deadline at %d", aborts, n, c.at)
			}
		}
		// The corner of a square is filled, that of a circle isn't.
		size := float64(f.pitch) * 0.27
		corner := int(size * 0.85)
		p := spanPainter{img: img, w: img.Rect.Dx()}
		if got := p.get(x(20)+corner, img.Rect.Dy()/2-corner) == ink.missed; got != aborts {
			t.Errorf("aborts %v: the mark is a square: %v", aborts, got)
		}
		tl.SetTime(21 * 10 * tenth)
		want := "job 2: released at 10, deadline 20, missed"
		if aborts {
			want = "job 3: released at 20, deadline 30"
		}
		if said := tl.Describe(); !strings.HasSuffix(said, want) {
			t.Errorf("aborts %v: says %q", aborts, said)
		}
	}
}

// However many jobs there are, their marks cost what can be seen.
func TestManyJobsStayLegible(t *testing.T) {
	look{}.open(t)
	const ms = 10 * tenth
	h := trace.Header{Unit: ms, UnitText: "1ms", CPUs: 1, Queues: []trace.Queue{{CPU: -1}}, Policies: []trace.Policy{{Name: "rm"}},
		Tasks: []trace.Task{{Name: "A", Pid: 100, Period: ms}}}
	r := trace.NewRecording(h)
	const jobs = 20_000
	for k := range int64(jobs) {
		at := trace.Time(k) * ms
		if k == 0 {
			r.Append(at, trace.Arrive, 0, 0, 0)
		} else {
			r.AppendArg(at, trace.Release, 0, 0, 0, k+1)
		}
		r.Append(at, trace.Dispatch, 0, 0, 0)
		if k == jobs/2 {
			r.AppendArg(at+ms-1, trace.Miss, 0, 0, 0, k+1)
		}
		r.AppendArg(at+ms/2, trace.JobDone, 0, 0, 0, k+1)
	}
	l := trace.NewLanes()
	l.Extend(r)
	tl := NewTimeline(nil)
	tl.SetRecording(&r.Header, l, r.End())
	shown(t, tl, 700, 120)
	img := tl.live.paintMarks(600, 60).(*image.RGBA)
	p := spanPainter{img: img, w: 600}
	ink := tl.live.inks()
	marks, missed := 0, 0
	for y := range 60 {
		for x := range 600 {
			switch p.get(x, y) {
			case ink.mark:
				marks++
			case ink.missed:
				missed++
			}
		}
	}
	if marks > 0 || missed < 30 {
		t.Error(fmt.Sprint(marks, " pixels of arrows, ", missed, " of the one deadline missed"))
	}
}
