package main

// hasDisplay says whether there is a screen to open a window on: where windows
// come from X11 or Wayland, one of them has to be named in the environment;
// elsewhere there always is.
func hasDisplay(system string, getenv func(string) string) bool {
	switch system {
	case "windows", "darwin", "android", "ios", "js":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}
