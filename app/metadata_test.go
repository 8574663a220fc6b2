package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/BurntSushi/toml"
)

func TestMetadataIsThatOfTheFile(t *testing.T) {
	var file struct {
		Details struct {
			Icon, Name, ID, Version string
			Build                   int
		}
		Migrations map[string]bool
	}
	if _, err := toml.DecodeFile("../FyneApp.toml", &file); err != nil {
		t.Fatal(err)
	}

	ours := metadata()
	if ours.ID != file.Details.ID || ours.Name != file.Details.Name ||
		ours.Version != file.Details.Version || ours.Build != file.Details.Build {
		t.Errorf("the program says %s %s %s (%d), FyneApp.toml %s %s %s (%d)",
			ours.ID, ours.Name, ours.Version, ours.Build,
			file.Details.ID, file.Details.Name, file.Details.Version, file.Details.Build)
	}
	if !reflect.DeepEqual(ours.Migrations, file.Migrations) {
		t.Errorf("migrations: %v, in FyneApp.toml %v", ours.Migrations, file.Migrations)
	}
	icon, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(file.Details.Icon)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(icon, ours.Icon.Content()) {
		t.Errorf("the icon is not %s", file.Details.Icon)
	}
}
