package podrunner

import "strings"

// expand replaces $(NAME) by the variable's value. As in the API, $$ stands for
// one dollar sign, so that $$(NAME) is not a reference, and a reference to an
// unknown variable stays as it is.
func expand(text string, lookup func(string) (string, bool)) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		switch {
		case strings.HasPrefix(after, "$"):
			out.WriteByte('$')
			text = after[1:]
			continue
		case strings.HasPrefix(after, "("):
			if name, rest, closed := strings.Cut(after[1:], ")"); closed {
				if value, known := lookup(name); known {
					out.WriteString(value)
				} else {
					out.WriteString("$(" + name + ")")
				}
				text = rest
				continue
			}
		}
		out.WriteByte('$')
		text = after
	}
}
