package shell

import (
	"fyne.io/fyne/v2"

	"timeslice/widgets"
)

// treeContent is the processes of the instant shown, as UNIX and as Windows has
// them.
func (s *Shell) treeContent() fyne.CanvasObject {
	s.parts.tree = widgets.NewProcessTree(s.words.T)
	s.parts.tree.OnSelect = s.selectTask
	s.tellTree()
	return s.parts.tree
}

// tellTree shows the processes of the instant.
func (s *Shell) tellTree() {
	if s.parts.tree != nil && len(s.snapshot.Tasks) > 0 {
		s.parts.tree.SetSnapshot(&s.session.seen.Header, &s.snapshot, s.selected)
	}
}
