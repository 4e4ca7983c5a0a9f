package scalers

import (
	"strings"

	"github.com/agext/levenshtein"
)

// nearest returns the candidate that a misspelt word most likely stands for.
// Case does not count. It returns false when no candidate is similar: more than
// a third of the word, or two letters of a shorter one, would have to change.
// Two letters are what swapping neighbours takes.
func nearest(word string, candidates []string) (string, bool) {
	best, bestDistance := "", max(2, len(word)/3)+1
	for _, candidate := range candidates {
		distance := levenshtein.Distance(strings.ToLower(word), strings.ToLower(candidate), nil)
		if distance < bestDistance && distance < len(word) {
			best, bestDistance = candidate, distance
		}
	}
	return best, best != ""
}
