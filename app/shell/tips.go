package shell

import (
	"time"

	"fyne.io/fyne/v2"

	"timeslice/widgets"
)

// tips says what a button does and which key does the same, once the pointer
// has been on it for a moment.
type tips struct {
	tip   *widgets.Tip
	layer *fyne.Container // that it lies on
	over  *widgets.Button
	since time.Time
	says  map[*widgets.Button]string // id of the command
}

const tipAfter = 500 * time.Millisecond

func (s *Shell) newTips() {
	b, t := s.parts.bar, s.parts.transport.Buttons()
	s.tips = tips{tip: widgets.NewTip(), says: map[*widgets.Button]string{
		b.compare: "compare", b.real: "real", b.notices: "notice", b.dark: "theme", b.project: "project",
		t[0]: "start", t[1]: "back", t[2]: "play", t[3]: "step", t[4]: "end", t[5]: "by_event",
	}}
	for button := range s.tips.says {
		button.OnHover = func(b *widgets.Button, in bool) {
			s.tips.leave()
			if in {
				s.tips.over, s.tips.since = b, time.Now()
			}
		}
	}
}

// leave takes the tip away until the pointer comes to a button again.
func (t *tips) leave() {
	t.tip.Hide()
	t.over = nil
}

// tipText is what a command does, and its key.
func (s *Shell) tipText(id string) string {
	text := s.words.T("keys." + id)
	for _, c := range s.commands {
		if c.id == id && len(c.keys) > 0 {
			return text + "   " + c.keys[0].show
		}
	}
	return text
}

// showTip shows the tip of the button the pointer rests on.
func (s *Shell) showTip(now time.Time) {
	t := &s.tips
	if t.over == nil || t.tip.Visible() || now.Sub(t.since) < tipAfter {
		return
	}
	at := s.app.Driver().AbsolutePositionForObject(t.over)
	high := t.over.Size().Height
	if below := at.Y + high + 4; below+t.tip.MinSize().Height < s.window.Canvas().Size().Height {
		t.tip.Say(s.tipText(t.says[t.over]), fyne.NewPos(at.X, below), s.window.Canvas().Size().Width)
		t.layer.Refresh() // what was hidden doesn't know yet which canvas to draw itself on
	}
}
