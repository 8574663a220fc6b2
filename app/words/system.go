package words

import "strings"

// FromSystem returns the tag of the language that the environment asks for, by
// the rules of gettext: LC_ALL before LC_MESSAGES before LANG, and, unless they
// say C, the first language of the list LANGUAGE that we speak before any of
// them. Where nothing is said it is English.
func FromSystem(getenv func(string) string) string {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale = getenv(name); locale != "" {
			break
		}
	}
	if base, _ := split(locale); base != "" && base != "c" && base != "posix" {
		for _, wanted := range strings.Split(getenv("LANGUAGE"), ":") {
			if base, _ := split(wanted); base == "en" || base == "zh" {
				return Match(wanted)
			}
		}
	}
	return Match(locale)
}

// Match returns the tag of the language we speak that comes nearest to a locale
// ("zh_TW.UTF-8") or a BCP 47 tag ("zh-Hant-HK"): Chinese is traditional if it
// says so or is from where that is written, else simplified; all else is
// English.
func Match(locale string) string {
	base, rest := split(locale)
	if base != "zh" {
		return "en"
	}
	place := "zh-Hans"
	for _, part := range rest {
		switch part {
		case "hans":
			return "zh-Hans"
		case "hant":
			return "zh-Hant"
		case "tw", "hk", "mo":
			place = "zh-Hant"
		}
	}
	return place
}

// split takes a locale or a tag apart, in small letters, without what comes
// after a full stop or an at sign.
func split(locale string) (base string, rest []string) {
	if i := strings.IndexAny(locale, ".@"); i >= 0 {
		locale = locale[:i]
	}
	parts := strings.FieldsFunc(strings.ToLower(locale), func(r rune) bool { return r == '_' || r == '-' })
	if len(parts) == 0 {
		return "", nil
	}
	return parts[0], parts[1:]
}
