package assets

import (
	"bytes"
	"image/png"
	"io/fs"
	"slices"
	"testing"

	"github.com/go-text/typesetting/font"
)

func TestIcon(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(Icon))
	if err != nil {
		t.Fatal(err)
	}
	if size := icon.Bounds().Size(); size.X != 512 || size.Y != 512 {
		t.Errorf("the icon is %v, want 512 x 512", size)
	}
}

// Whatever a translation or a lesson says in Chinese can be drawn, and nothing
// that Fyne's own font should draw is taken from it.
func TestFontsCoverTheTexts(t *testing.T) {
	texts := map[string][]byte{}
	for _, from := range []fs.FS{Translations, Lessons} {
		err := fs.WalkDir(from, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			texts[path], err = fs.ReadFile(from, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) < 4 {
		t.Fatalf("only %d texts found", len(texts))
	}

	for name, data := range map[string][]byte{"CJK": CJK, "CJKBold": CJKBold} {
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		has := func(r rune) bool { _, ok := face.NominalGlyph(r); return ok }

		for path, text := range texts {
			var lacking []rune
			for _, r := range string(text) {
				chinese := r >= 0x3000 && r < 0xA000 || r >= 0xFF00 && r < 0xFF5F
				if chinese && !has(r) && !slices.Contains(lacking, r) {
					lacking = append(lacking, r)
				}
			}
			if len(lacking) > 0 {
				t.Errorf("%s lacks %q of %s; `make fonts` puts them in", name, string(lacking), path)
			}
		}
		for _, r := range " 进程進程，。：；？（）「」" {
			if !has(r) {
				t.Errorf("%s lacks %q", name, r)
			}
		}
		for _, r := range "Aaé0.-–—…“”’" {
			if has(r) {
				t.Errorf("%s has %q, which Fyne's own font should draw", name, r)
			}
		}
	}
}
