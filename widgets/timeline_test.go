package widgets

import (
	"fmt"
	"testing"
)

func newPictured() *Timeline {
	r, l := pictured()
	tl := NewTimeline(nil)
	tl.SetTitle("Simulated", "Round robin, q = 4 ms", "turnaround differs by 4.1 %  ·  switches 9 / 9")
	tl.SetRecording(&r.Header, l, r.End())
	tl.SetTime(230 * tenth)
	return tl
}

func TestTimelineLooks(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, w := range []float32{1280, 1600, 1920} {
			look{dark: dark}.open(t)
			tl := newPictured()
			win := shown(t, NewCard(tl), w, 156)
			save(t, fmt.Sprintf("timeline-%v-%v", dark, w), win.Canvas().Capture())
		}
		look{dark: dark, projection: true, scale: ProjectionScale(900)}.open(t)
		tl := newPictured()
		tl.SetTitle("", "", "")
		tl.SetProjection(true)
		win := shown(t, tl, 1520, 300)
		save(t, fmt.Sprintf("timeline-%v-project", dark), win.Canvas().Capture())
		look{dark: dark}.open(t)
		tl = newPictured()
		tl.SetByCPU(true)
		win = shown(t, NewCard(tl), 1280, 120)
		save(t, fmt.Sprintf("timeline-%v-cpu", dark), win.Canvas().Capture())
	}

}
