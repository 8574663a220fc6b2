// Package assets holds what the program carries with it, so that it needs no
// network and no files beside it: icon, fonts, lessons and translations, as
// bytes. Who shows them turns them into whatever shows them.
package assets

import "embed"

// Icon is the program's icon, a PNG of 512 x 512.
//
//go:embed icon.png
var Icon []byte

// CJK and CJKBold are OpenType fonts of the common Chinese characters, simplified
// and traditional, without Latin letters; see fonts/README.md.
var (
	//go:embed fonts/CJK-Regular.otf
	CJK []byte
	//go:embed fonts/CJK-Bold.otf
	CJKBold []byte
)

// FontLicence is the text that goes wherever the fonts go.
//
//go:embed fonts/OFL.txt
var FontLicence string

// Translations holds a file for each language in the folder translations.
//
//go:embed translations/*.json
var Translations embed.FS

// Lessons holds the lessons, workload files, in the folder lessons; their names
// sort in the order they are taught.
//
//go:embed lessons/*.yaml
var Lessons embed.FS

// Policies holds examples of policies of one's own, in the folder policies.
//
//go:embed policies/*.star
var Policies embed.FS
