package widgets

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2/container"
)

func newPicturedTransport() *Transport {
	tr := NewTransport(nil)
	tr.SetRange(Unit{Size: 10 * tenth, Name: "ms", Decimals: 1}, 390*tenth, 312)
	tr.SetTime(230*tenth, 41)
	tr.SetSpeed(0.5)
	tr.SetSentence("P2 took lock balance at 21.0; its slice has 1.5 ms left. Next event: preempt at 24.5.")
	return tr
}

func TestTransportLooks(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, w := range []float32{1280, 1600, 1920} {
			for _, scale := range []float32{1, 1.5} {
				look{dark: dark, scale: scale}.open(t)
				tr, tl := newPicturedTransport(), newPictured()
				tr.SetPlaying(w == 1920)
				card, card2 := NewCard(tr), NewCard(tl)
				win := shown(t, container.NewBorder(card, nil, nil, nil, card2), w, 240*scale)
				save(t, fmt.Sprintf("transport-%v-%v-%v", dark, w, scale), win.Canvas().Capture())
			}
		}
	}

}
