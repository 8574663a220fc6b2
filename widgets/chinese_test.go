package widgets

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2/container"
)

// wordsIn returns the words of a language as the translations have them.
func wordsIn(t testing.TB, language string) Words {
	b, err := os.ReadFile("../assets/translations/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]any
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	return func(id string, values ...any) string {
		s, ok := table[id].(string)
		if !ok {
			return id
		}
		for i := 0; i+1 < len(values); i += 2 {
			s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", values[i]), fmt.Sprint(values[i+1]))
		}
		return s
	}
}

func TestChineseLooks(t *testing.T) {
	words := wordsIn(t, "zh_Hans")
	for _, scale := range []float32{1, 1.5} {
		look{scale: scale}.open(t)
		tr, tl := newPicturedTransport(), newPictured()
		tr.SetWords(words)
		tr.SetSentence("P2 在 21.0 得到锁 balance；它的时间片还剩 1.5 ms。下一个事件：24.5 时 P2 被抢占，回到就绪队列的队尾。")
		tl.SetWords(words)
		tl.SetTitle(words("timeline.simulated"), "轮转，时间片 4 ms", "周转时间相差 4.1 %")
		win := shown(t, container.NewBorder(NewCard(tr), nil, nil, nil, NewCard(tl)), 1280, 220*scale)
		save(t, fmt.Sprintf("chinese-%v", scale), win.Canvas().Capture())
		o, _, _ := side(300*tenth, 2, words)
		win = shown(t, o, 460*scale, 460*scale)
		save(t, fmt.Sprintf("chinese-side-%v", scale), win.Canvas().Capture())
	}
}

func TestCrowdedLooks(t *testing.T) {
	if os.Getenv("TIMESLICE_LOOK") == "" {
		t.Skip("ten million spans are only for looking at")
	}
	look{}.open(t)
	l := tenMillion()
	h := headerOf(60)
	tl := NewTimeline(nil)
	tl.SetTitle("Simulated", "ten million spans", "")
	tl.SetRecording(h, l, l.End())
	win := shown(t, NewCard(tl), 1600, 600)
	save(t, "crowded", win.Canvas().Capture())
	tl.SetView(View{l.End() / 2, l.End()/2 + l.End()/20_000})
	tl.ScrollBy(7)
	save(t, "crowded-near", win.Canvas().Capture())
	tl.SetView(View{l.End() / 2, l.End()/2 + l.End()/400})
	tl.SetByCPU(true)
	save(t, "crowded-cpu", win.Canvas().Capture())
}
