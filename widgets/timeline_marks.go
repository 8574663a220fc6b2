package widgets

import (
	"encoding/binary"
	"image/color"
	"math"
)

// toPixel converts a colour.
func toPixel(c color.Color) pixel {
	r, g, b, a := c.RGBA()
	return pixel(r>>8 | g>>8<<8 | b>>8<<16 | a>>8<<24)
}

// times returns the pixel with all its parts multiplied by a/255.
func (c pixel) times(a uint8) pixel {
	if a == 255 {
		return c
	}
	part := func(shift uint) pixel { return (c >> shift & 255 * pixel(a) / 255) << shift }
	return part(0) | part(8) | part(16) | part(24)
}

// over returns the pixel laid over another one.
func (c pixel) over(under pixel) pixel {
	return c + under.times(255-uint8(c>>24))
}

func (p *spanPainter) get(x, y int) pixel {
	return pixel(binary.LittleEndian.Uint32(p.img.Pix[y*p.img.Stride+x*4:]))
}

func (p *spanPainter) set(x, y int, c pixel) {
	binary.LittleEndian.PutUint32(p.img.Pix[y*p.img.Stride+x*4:], uint32(c))
}

// makeStripe paints one row of slanted stripes with smooth edges; the row below
// is the same one further on.
func (p *spanPainter) makeStripe() {
	period := p.shape.period
	p.stripe = sized(p.stripe, (p.w+2*period)*4)
	const fine = 8 // sub-pixels, each way
	dark := float64(period) * 0.46
	for x := range p.w + 2*period {
		covered := 0
		for i := range fine {
			for j := range fine {
				at := float64(x%period) + (float64(i)+float64(j)+1)/fine
				if math.Mod(at, float64(period)) < dark {
					covered++
				}
			}
		}
		a := uint8(covered * 255 / (fine * fine))
		c := p.ink.states[4].times(a) + p.ink.tint.times(255-a)
		binary.LittleEndian.PutUint32(p.stripe[x*4:], uint32(c))
	}
}

// stripes fills a blocked bar with its top at y.
func (p *spanPainter) stripes(b *wideBar, y int) {
	line, period := p.shape.line, p.shape.period
	left, right := b.x0, b.x1
	if b.left {
		left += line
	}
	if b.right {
		right -= line
	}
	if left >= right {
		return
	}
	for i := line; i < b.height-line; i++ {
		if y+i < 0 || y+i >= p.img.Rect.Dy() {
			continue
		}
		at := (left + i + p.shift) % period
		copy(p.img.Pix[(y+i)*p.img.Stride+left*4:][:(right-left)*4], p.stripe[at*4:])
	}
}

// makeCorner computes how much of each pixel of a round corner is covered, from
// the corner's outermost pixel on.
func (p *spanPainter) makeCorner() {
	r := p.shape.radius
	p.corner = sized(p.corner, r*r)
	for y := range r {
		for x := range r {
			d := math.Hypot(float64(r)-float64(x)-0.5, float64(r)-float64(y)-0.5)
			p.corner[y*r+x] = uint8(255 * min(max(float64(r)+0.5-d, 0), 1))
		}
	}
}

// round rounds the corners of a bar with its top at y off.
func (p *spanPainter) round(b *wideBar, y int) {
	full := p.shape.radius
	r := min(full, b.height/2)
	for j := range r {
		for i := range r {
			// A smaller radius takes the corner's middle, which is round enough.
			a := p.corner[(j+(full-r)/2)*full+i+(full-r)/2]
			if a == 255 {
				continue
			}
			for _, py := range [2]int{y + j, y + b.height - 1 - j} {
				if py < 0 || py >= p.img.Rect.Dy() {
					continue
				}
				if b.left {
					p.set(b.x0+i, py, p.get(b.x0+i, py).times(a))
				}
				if b.right {
					p.set(b.x1-1-i, py, p.get(b.x1-1-i, py).times(a))
				}
			}
		}
	}
}

// circle draws the hollow circle of what has ended.
func (p *spanPainter) circle(cx int, cy float64) {
	outer := p.shape.ring
	inner := outer - max(1.5, outer*0.36)
	reach := int(outer) + 2
	for y := int(cy) - reach; y <= int(cy)+reach; y++ {
		for x := cx - reach; x <= cx+reach; x++ {
			if x < 0 || y < 0 || x >= p.w || y >= p.img.Rect.Dy() {
				continue
			}
			d := math.Hypot(float64(x-cx), float64(y)+0.5-cy)
			all := uint8(255 * min(max(outer+0.5-d, 0), 1))
			hole := uint8(255 * min(max(inner+0.5-d, 0), 1))
			if all == 0 {
				continue
			}
			c := p.ink.ring.times(all-min(hole, all)) + p.ink.inside.times(min(hole, all))
			p.set(x, y, c.over(p.get(x, y)))
		}
	}
}

// crossOut draws the cross of what was killed.
func (p *spanPainter) crossOut(cx int, cy float64) {
	arm := p.shape.ring * 1.1
	half := max(1, p.shape.ring*0.32) // of a stroke's width
	reach := int(arm) + 2
	for y := int(cy) - reach; y <= int(cy)+reach; y++ {
		for x := cx - reach; x <= cx+reach; x++ {
			if x < 0 || y < 0 || x >= p.w || y >= p.img.Rect.Dy() {
				continue
			}
			dx, dy := float64(x-cx), float64(y)+0.5-cy
			across := min(math.Abs(dx-dy), math.Abs(dx+dy)) / math.Sqrt2
			out := math.Max(across-half, math.Max(math.Abs(dx), math.Abs(dy))-arm)
			if a := uint8(255 * min(max(0.5-out, 0), 1)); a > 0 {
				p.set(x, y, p.ink.ring.times(a).over(p.get(x, y)))
			}
		}
	}
}
