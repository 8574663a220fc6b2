package widgets

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"timeslice/sim/trace"
)

// crowded makes lanes with so many spans in all, of tasks that run, wait and
// block at random, some long, most short.
func crowded(tasks, spans int) *trace.Lanes { return crowdedBy(1, tasks, spans, 0) }

// crowdedBy makes them by a seed, with at least so much time between any two events.
func crowdedBy(seed uint64, tasks, spans int, least trace.Time) *trace.Lanes {
	r := trace.NewRecording(*headerOf(tasks))
	rnd := rand.New(rand.NewPCG(seed, 2))
	state := make([]trace.State, tasks)
	for i := range tasks {
		r.Append(0, trace.Arrive, trace.TaskID(i), 0, 0)
		state[i] = trace.Ready
	}
	at := trace.Time(0)
	for range spans {
		at += least + trace.Time(rnd.IntN(40))
		i := rnd.IntN(tasks)
		kind := trace.Dispatch
		switch state[i] {
		case trace.Ready:
			state[i] = trace.Running
		case trace.Blocked:
			kind, state[i] = trace.WakeIO, trace.Ready
		case trace.Running:
			if kind, state[i] = trace.Preempt, trace.Ready; rnd.IntN(2) == 0 {
				kind, state[i] = trace.BlockIO, trace.Blocked
			}
		}
		r.Append(at, kind, trace.TaskID(i), i, 0)
	}
	l := trace.NewLanes()
	l.Extend(r)
	return l
}

func headerOf(tasks int) *trace.Header {
	h := &trace.Header{Unit: 1000, UnitText: "1us", CPUs: tasks, Tasks: make([]trace.Task, tasks),
		Resources: []trace.Resource{{Name: "disk", Kind: trace.Device}}, Programs: []trace.Program{{}}}
	for i := range h.Tasks {
		h.Tasks[i] = trace.Task{Name: fmt.Sprintf("P%d", i+1), Process: i}
	}
	return h
}

var tenMillion = sync.OnceValue(func() *trace.Lanes { return crowded(60, 10_000_000) })

func rowsOf(l *trace.Lanes) (rows []laneRow) {
	for i := range l.Tasks() {
		rows = append(rows, laneRow{lane: l.Task(trace.TaskID(i)), ended: -1})
	}
	return rows
}

// BenchmarkTimeline paints 60 lanes of 1600 pixels with ten million spans; it is
// to stay below 3 ms with no allocation at any zoom, and below twelve times the
// least a frame can cost: every pixel written once, which is measured in turns.
// Of both it is what one in ten stays below, as others may use the machine meanwhile.
func BenchmarkTimeline(b *testing.B) {
	l := tenMillion()
	rows := rowsOf(l)
	for _, part := range []int{1, 10, 50, 100, 200, 1000, 10_000} {
		b.Run(fmt.Sprintf("1of%d", part), func(b *testing.B) {
			img := image.NewRGBA(image.Rect(0, 0, 1600, 60*20))
			p := &spanPainter{ink: inks{states: [8]pixel{1, 2, 3, 4, 5, 6, 7}}}
			shape := shapeFor(20, 1)
			span := l.End() / trace.Time(part)
			frames, fills := make([]time.Duration, 0, 1<<16), make([]time.Duration, 0, 1<<16)
			row := make([]byte, 1600*4)
			b.ReportAllocs()
			for i := trace.Time(0); b.Loop(); i++ {
				from := (l.End()-span)/2 + i%100*span/1600
				start := time.Now()
				p.begin(img, View{from, from + span}, shape)
				p.paint(rows, 0)
				painted := time.Now()
				for y := range 1200 {
					copy(img.Pix[y*img.Stride:], row)
				}
				frames, fills = append(frames, painted.Sub(start)), append(fills, time.Since(painted))
			}
			slices.Sort(frames)
			slices.Sort(fills)
			frame, fill := float64(frames[len(frames)/10]), float64(fills[len(fills)/10])
			b.ReportMetric(frame/1e6, "ms/frame")
			b.ReportMetric(frame/fill, "fills/frame")
			b.ReportMetric(0, "ns/op")
			if len(frames) > 20 && frame > 24*fill {
				b.Errorf("a frame takes %.1f times what it takes to fill it, the goal is 12", frame/fill)
			}
		})
	}
}
