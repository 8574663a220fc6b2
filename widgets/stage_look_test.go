package widgets

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"timeslice/sim/trace"
)

// TestLook writes pictures of stages to the folder LOOK names, for looking.
func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip("LOOK names no folder")
	}
	read := func(name string) fyne.Resource {
		b, _ := os.ReadFile("../assets/fonts/" + name)
		return fyne.NewStaticResource(name, b)
	}
	cjk, cjkBold := read("CJK-Regular.otf"), read("CJK-Bold.otf")
	scenes := []struct {
		name string
		act  act
		at   float64
	}{
		{"bank", bank(), 17.5},
		{"switch", bank(), 19.1},
		{"four", crowd(14, 4, 1, false), 2.5},
		{"forty", crowd(40, 1, 1, false), 2.5},
		{"mlfq", crowd(12, 1, 4, false), 2.5},
		{"percpu", crowd(24, 4, 4, true), 3.1},
		{"sixtyfour", crowd(300, 64, 1, false), 2.5},
	}
	sizes := []struct {
		name    string
		w, h    float32
		project bool
		window  float32
		scale   float32
		dark    bool
	}{
		{"small", 760, 330, false, 720, 1, false},
		{"720", 845, 324, false, 720, 1, true},
		{"900", 1050, 405, false, 900, 1, false},
		{"1080", 1267, 486, false, 1080, 1, true},
		{"big150", 1050, 405, false, 900, 1.5, false},
		{"small150", 760, 330, false, 720, 1.5, false},
		{"p720", 1280, 396, true, 720, 1, false},
		{"p1080", 1920, 594, true, 1080, 1, true},
		{"p720x", 1280, 396, true, 720, 1.5, false},
	}
	for _, z := range sizes {
		scale := z.scale
		if z.project {
			scale *= ProjectionScale(z.window)
		}
		app := test.NewTempApp(t)
		app.Settings().SetTheme(NewTheme(z.dark, z.project, scale, cjk, cjkBold))
		for _, sc := range scenes {
			if f := os.Getenv("LOOKAT"); f != "" {
				if ok, _ := filepath.Match(f, sc.name+"-"+z.name); !ok {
					continue
				}
			}
			s := NewStage()
			bg := canvas.NewRectangle(color.White)
			th := app.Settings().Theme()
			bg.FillColor = th.Color(ColorCard, 0)
			w := test.NewTempWindow(t, container.NewStack(bg, s))
			w.SetPadded(false)
			s.SetProjection(z.project)
			s.ExitCode = func(trace.TaskID) (int64, bool) { return 0, true }
			if os.Getenv("ZH") != "" {
				s.SetWords(chinese)
			}
			w.Resize(fyne.NewSize(z.w, z.h))
			h := sc.act.Header
			s.SetRun(&h)
			if z.project {
				s.height = z.window
			}
			s.SetSnapshot(sc.act.at(sc.at), false)
			s.Refresh()
			s.Select(1)
			s.Note("Why P3 next?", "Round robin takes the head of Ready. P3 has waited 8 ms; P1 came later, at 19.")
			s.Advance(time.Second)
			f, err := os.Create(filepath.Join(dir, sc.name+"-"+z.name+".png"))
			if err != nil {
				t.Fatal(err)
			}
			_ = png.Encode(f, w.Canvas().Capture())
			_ = f.Close()
			t.Log(sc.name, z.name, "type", s.layout.Type)
		}
	}
}

var zh = map[string]string{
	"state.new": "新建", "state.ready": "就绪", "state.running": "运行", "state.blocked": "阻塞", "state.terminated": "终止",
	"state.idle": "空闲", "stage.head": "队首", "stage.tail": "队尾", "stage.level": "第 {Index} 级", "stage.queue": "队列 {Name}",
	"stage.lock": "锁 {Name}", "stage.lock.held": "由 {Task} 持有", "stage.lock.free": "无人持有", "stage.device": "设备 {Name}",
	"stage.sleep": "睡眠", "stage.left": "还剩 {Time}", "stage.at": "{Time} 到达", "stage.exit": "退出码 {Code}", "stage.more": "另有 {N} 个",
	"stage.switch": "切换", "stage.wait.lock": "获取", "stage.wait.room": "放入", "stage.wait.value": "取出", "stage.wait.sleep": "睡眠",
	"arrow.admit": "接纳", "arrow.dispatch": "分派", "arrow.preempt": "抢占：时间片用完", "arrow.preempt.short": "时间片用完",
	"arrow.block": "阻塞：锁、I/O、取出、等待结束、睡眠", "arrow.block.short": "阻塞", "arrow.wake": "唤醒", "arrow.exit": "退出",
}

func chinese(id string, values ...any) string {
	s, ok := zh[id]
	if !ok {
		return id
	}
	old := english[id]
	english[id] = s
	defer func() { english[id] = old }()
	return Words(nil).say(id, values...)
}
