package widgets

import (
	"fmt"
	"image"
	"math/rand/v2"
	"sync"
	"testing"

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
// to stay below 3 ms with no allocation at any zoom.
func BenchmarkTimeline(b *testing.B) {
	l := tenMillion()
	rows := rowsOf(l)
	for _, part := range []int{1, 10, 50, 100, 200, 1000, 10_000} {
		b.Run(fmt.Sprintf("1of%d", part), func(b *testing.B) {
			img := image.NewRGBA(image.Rect(0, 0, 1600, 60*20))
			p := &spanPainter{ink: inks{states: [8]pixel{1, 2, 3, 4, 5, 6, 7}}}
			shape := shapeFor(20, 1)
			span := l.End() / trace.Time(part)
			b.ReportAllocs()
			i := trace.Time(0)
			for b.Loop() {
				from := (l.End()-span)/2 + i%100*span/1600
				p.begin(img, View{from, from + span}, shape)
				p.paint(rows, 0)
				i++
			}
		})
	}
}

// BenchmarkFill is the least a frame can cost: every pixel written once.
func BenchmarkFill(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1600, 60*20))
	row := make([]byte, 1600*4)
	for b.Loop() {
		for y := range 1200 {
			copy(img.Pix[y*img.Stride:], row)
		}
	}
}
