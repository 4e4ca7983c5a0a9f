package iampolicy

import "strings"

// wildcard reports whether s matches the pattern, where * stands for any text
// and ? for one character. It takes time proportional to len(pattern)*len(s).
func wildcard(pattern, s string) bool {
	p, text := []rune(pattern), []rune(s)
	var i, j int
	star, mark := -1, 0
	for j < len(text) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == literal(text[j])):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// Characters written as ${*}, ${?} and ${$} in a policy stand for themselves.
// Substitution writes them as these private-use runes, so that the matcher
// does not take them for wildcards.
const (
	literalStar     = '\uE000'
	literalQuestion = '\uE001'
)

func literal(r rune) rune {
	switch r {
	case '*':
		return literalStar
	case '?':
		return literalQuestion
	default:
		return r
	}
}

// arnFields is the number of fields in which an ARN is compared:
// arn:partition:service:region:account:resource.
const arnFields = 6

// arn reports whether s matches the pattern field by field, so that a wildcard
// never reaches over a colon of the first five. Fields which the pattern lacks
// match anything, as IAM completes a short ARN with wildcards.
func arn(pattern, s string) bool {
	if pattern == "*" {
		return true
	}
	want, got := strings.SplitN(pattern, ":", arnFields), strings.SplitN(s, ":", arnFields)
	if len(got) < arnFields {
		return wildcard(pattern, s)
	}
	for i, field := range want {
		if !wildcard(field, got[i]) {
			return false
		}
	}
	return true
}
