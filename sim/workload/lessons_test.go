package workload_test

import (
	"os"
	"path/filepath"
	"testing"

	"timeslice/sim/workload"
)

// TestLessonsAreRead: the lessons that come with the program are workloads.
func TestLessonsAreRead(t *testing.T) {
	files, err := filepath.Glob("../../assets/lessons/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no lessons found", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w, err := workload.Parse(filepath.Base(file), data)
		if err != nil {
			t.Error(err)
			continue
		}
		writesBack(t, w)
	}
}
