package shell

import (
	"fyne.io/fyne/v2"

	"timeslice/app/words"
)

// settings are what the program remembers of its reader between two starts.
type settings struct{ store fyne.Preferences }

// The keys of what is stored, with what counts if nothing is.
const (
	keyLanguage = "language"  // BCP 47 tag; "" = the system's
	keyTheme    = "theme"     // "light" or "dark"; "" = light
	keyScale    = "type-size" // 1 = normal
	keySpeed    = "speed"     // 1 = normal
	keyByTime   = "by-time"   // play by time instead of by event
	keyMotion   = "motion"    // whether tokens travel
	keyWidth    = "width"     // of the window
	keyHeight   = "height"
	keyFolder   = "folder" // where a file was saved last
)

const (
	minScale  = 0.75
	maxScale  = 2
	scaleStep = 1.1
)

func (s settings) language(getenv func(string) string) string {
	if l := s.store.String(keyLanguage); l != "" {
		return words.Match(l)
	}
	return words.FromSystem(getenv)
}

func (s settings) setLanguage(tag string) { s.store.SetString(keyLanguage, tag) }

// dark returns whether the reader wants the dark theme. Until they say so it is
// light, which a projector shows better; what the system prefers can't be told
// from what Fyne assumes where the system says nothing.
func (s settings) dark() bool { return s.store.String(keyTheme) == "dark" }

func (s settings) setDark(dark bool) {
	name := "light"
	if dark {
		name = "dark"
	}
	s.store.SetString(keyTheme, name)
}

func (s settings) scale() float32 {
	return clampScale(s.store.FloatWithFallback(keyScale, 1))
}

func (s settings) setScale(scale float32) { s.store.SetFloat(keyScale, float64(scale)) }

func clampScale(x float64) float32 { return float32(min(max(x, minScale), maxScale)) }

func (s settings) speed() float64 {
	return min(max(s.store.FloatWithFallback(keySpeed, 1), minSpeed), maxSpeed)
}

func (s settings) setSpeed(speed float64) { s.store.SetFloat(keySpeed, speed) }

func (s settings) byEvent() bool           { return !s.store.Bool(keyByTime) }
func (s settings) setByEvent(byEvent bool) { s.store.SetBool(keyByTime, !byEvent) }
func (s settings) motion() bool            { return s.store.BoolWithFallback(keyMotion, true) }

func (s settings) folder() string          { return s.store.String(keyFolder) }
func (s settings) setFolder(folder string) { s.store.SetString(keyFolder, folder) }

// size is that of the window when it was closed last.
func (s settings) size() fyne.Size {
	w, h := s.store.FloatWithFallback(keyWidth, 1280), s.store.FloatWithFallback(keyHeight, 720)
	return fyne.NewSize(float32(min(max(w, 640), 7680)), float32(min(max(h, 400), 4320)))
}

func (s settings) setSize(size fyne.Size) {
	if size.Width > 0 && size.Height > 0 {
		s.store.SetFloat(keyWidth, float64(size.Width))
		s.store.SetFloat(keyHeight, float64(size.Height))
	}
}
