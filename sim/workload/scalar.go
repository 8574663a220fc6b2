package workload

import (
	"fmt"
	"strings"
	"unicode"
)

// text writes a text, each language on its own.
func (o *writer) text(depth int, key string, t Text) {
	if s, plain := t[""]; plain && len(t) == 1 {
		o.prose(depth, key, s)
		return
	}
	o.line(depth, key, ":")
	for _, lang := range keys(t) {
		o.prose(depth+1, str(lang), t[lang])
	}
}

// prose writes a text so that it can be read and edited: over several lines if
// it has them.
func (o *writer) prose(depth int, key, s string) {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if len(lines) < 2 || !isBlock(lines) {
		o.line(depth, key, ": ", str(s))
		return
	}
	style := "|-"
	if strings.HasSuffix(s, "\n") {
		style = "|"
	}
	o.line(depth, key, ": ", style)
	for _, l := range lines {
		if l == "" {
			o.line(0)
		} else {
			o.line(depth+1, l)
		}
	}
}

// isBlock says whether lines keep their meaning as a YAML block: no white space
// that would be lost or taken for indentation, and nothing invisible.
func isBlock(lines []string) bool {
	if lines[0] == "" || lines[0][0] == ' ' || lines[len(lines)-1] == "" {
		return false
	}
	for _, l := range lines {
		if strings.TrimRight(l, " ") != l {
			return false
		}
		for _, c := range l {
			if !isVisible(c) {
				return false
			}
		}
	}
	return true
}

// isVisible says whether YAML takes a character as it is, everywhere.
func isVisible(c rune) bool {
	return c >= ' ' && c != 0x7F && !unicode.IsControl(c) && !unicode.Is(unicode.Cf, c) && c != 0x2028 && c != 0x2029 &&
		c != 0xFFFD && c != 0xFFFE && c != 0xFFFF && (unicode.IsPrint(c) || c == ' ')
}

// reserved are plain words that YAML, of any version, takes for something else.
var reserved = map[string]bool{
	"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
}

// str writes a text as a YAML scalar: plain if nothing can be mistaken in it,
// else in double quotes.
func str(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case isVisible(c):
			b.WriteRune(c)
		case c > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, c)
		default:
			fmt.Fprintf(&b, `\u%04X`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isPlain says whether a text can stand without quotes: a number as JSON has
// them, or words of letters and digits with single spaces between.
func isPlain(s string) bool {
	if s == "" || len(s) > maxName || reserved[strings.ToLower(s)] {
		return false
	}
	if d, ok := parseDecimal(s); ok && d != nil {
		return true
	}
	letters := false
	for i, c := range s {
		switch {
		case unicode.IsLetter(c) && isVisible(c):
			letters = true
		case c <= '9' && isDigit(byte(c)):
		case i == 0:
			return false
		case c == '_' || c == '-' || c == '.' || c == '/':
		case c == ' ':
			if i == len(s)-1 || s[i+1] == ' ' {
				return false
			}
		default:
			return false
		}
	}
	return letters && !looksNumeric(s)
}

// looksNumeric says whether YAML might read a text as a number: 0x1F, 1_000,
// 12e03, .inf.
func looksNumeric(s string) bool {
	if !isDigit(s[0]) {
		return false
	}
	if t, err := ParseTime(s, 1); err == nil || t > 0 {
		return false // 5ms
	}
	return true
}
