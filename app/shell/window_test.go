package shell

import (
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"timeslice/assets"
	"timeslice/sim/workload"
)

// newWindow returns the window with a workload in it, drawn in memory.
func newWindow(t testing.TB, w *workload.Workload, language string, dark bool, size fyne.Size) *Shell {
	t.Helper()
	app := test.NewTempApp(t)
	set := settings{app.Preferences()}
	set.setLanguage(language)
	set.setDark(dark)
	set.setSize(size)
	s, err := New(app, Options{Workload: w})
	if err != nil {
		t.Fatal(err)
	}
	s.window.Resize(size)
	s.arrange()
	return s
}

// parsed returns the workload of a lesson's file.
func parsed(t testing.TB, file string) *workload.Workload {
	t.Helper()
	data, err := assets.Lessons.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := workload.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// savePicture writes what the window looks like into the folder that pictures
// to look at go to.
func savePicture(t testing.TB, s *Shell, name string) {
	t.Helper()
	file, err := os.Create(filepath.Join(os.Getenv("TIMESLICE_LOOK"), name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, s.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

// Every lesson as it looks at its start, twice on the way and at its end: pictures to be looked
// at, in the folder TIMESLICE_LOOK. TIMESLICE_LOOK_AS says how, such as
// "1280x720 zh_Hans dark projection 14".
func TestLessonLooks(t *testing.T) {
	if os.Getenv("TIMESLICE_LOOK") == "" {
		t.Skip("pictures are only for looking at")
	}
	language, dark, projection, only := "en", false, false, ""
	size := fyne.NewSize(1280, 720)
	for _, word := range strings.Fields(os.Getenv("TIMESLICE_LOOK_AS")) {
		switch {
		case word == "dark":
			dark = true
		case word == "projection":
			projection = true
		case strings.HasPrefix(word, "zh"):
			language = strings.ReplaceAll(word, "_", "-")
		case word == "1600x900":
			size = fyne.NewSize(1600, 900)
		case word == "1920x1080":
			size = fyne.NewSize(1920, 1080)
		case word != "1280x720":
			only = word
		}
	}
	files, err := fs.Glob(assets.Lessons, "lessons/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if !strings.HasPrefix(name, only) {
			continue
		}
		w := parsed(t, file)
		s := newWindow(t, w, language, dark, size)
		if projection {
			s.toggleProjection()
		}
		s.player.playing = false
		end := s.session.seen.Len()
		for i, part := range []int{0, end / 3, 2 * end / 3, end} {
			s.player.standAfter(part)
			s.refresh(false)
			savePicture(t, s, name+"-"+string(rune('0'+i)))
		}
		s.window.Close()
	}
}
