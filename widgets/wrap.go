package widgets

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
)

// wrap breaks a text into lines no wider than a width, at most so many; the last
// of them ends with an ellipsis if there is more. Between Chinese characters a
// line may break anywhere but before a mark that closes.
func wrap(s string, size float32, style fyne.TextStyle, width float32, most int) []string {
	return wrapMeasured(s, width, most, func(s string) float32 {
		return fyne.MeasureText(s, size, style).Width
	})
}

func wrapMeasured(s string, width float32, most int, measure func(string) float32) []string {
	if s == "" || most < 1 || width <= 0 {
		return nil
	}
	var lines []string
	rest := []rune(s)
	for len(rest) > 0 {
		if measure(string(rest)) <= width {
			return append(lines, string(rest))
		}
		if len(lines) == most-1 {
			n := len(rest)
			for n > 0 && measure(short(rest[:n])) > width {
				n--
			}
			if n == 0 {
				return lines
			}
			return append(lines, short(rest[:n]))
		}
		n := len(rest)
		for n > 1 && (!breaks(rest, n) || measure(strings.TrimRight(string(rest[:n]), " ")) > width) {
			n--
		}
		if n <= 1 { // one word wider than the line
			for n = 1; n < len(rest) && measure(string(rest[:n+1])) <= width; n++ {
			}
		}
		lines = append(lines, strings.TrimRight(string(rest[:n]), " "))
		for n < len(rest) && rest[n] == ' ' {
			n++
		}
		rest = rest[n:]
	}
	return lines
}

// breaks says whether a line may end before the n-th letter.
func breaks(letters []rune, n int) bool {
	if n >= len(letters) {
		return false
	}
	last, next := letters[n-1], letters[n]
	if next == ' ' || strings.ContainsRune("，。；：！？、）」』》”’…", next) || strings.ContainsRune("（「『《“‘", last) {
		return false
	}
	return last == ' ' || unicode.Is(unicode.Han, last) || unicode.Is(unicode.Han, next) || strings.ContainsRune("，。；：！？、）」』》", last)
}
