package report

import (
	"encoding/csv"
	"io"
)

// CSV writes a table with a row for each task: its name and its figures.
func (r *Report) CSV(to io.Writer) error {
	out := csv.NewWriter(to)
	if err := out.Write(append([]string{"name"}, r.taskFigures()...)); err != nil {
		return err
	}
	for i, name := range r.Tasks() {
		row := []string{name}
		for _, figure := range r.taskFigures() {
			text, _ := r.Figure(i, figure)
			if text == "null" {
				text = ""
			}
			row = append(row, text)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
