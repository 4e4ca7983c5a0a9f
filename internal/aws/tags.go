package aws

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"
)

// OwnerTag is on every object that the provider makes in AWS. Its value is the
// provider's field manager, so that an object which an interrupted apply left
// behind is known for the provider's own. It is not shown in resources' tags.
const OwnerTag = "terraform-provider-keda/owner"

// MaxTags is how many tags a configuration may set on an object: AWS allows 50,
// one of which is [OwnerTag].
const MaxTags = 49

// reservedTags begins the keys of tags that only AWS sets.
const reservedTags = "aws:"

// What AWS accepts as a tag's key and value: API_Tag of IAM, and SQS and EKS
// likewise. Lengths are counted in characters.
var tagCharacters = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

const (
	tagKeyLength   = 128
	tagValueLength = 256
)

// isTagText compares the length by itself: as {0,256} in the expression, the
// classes of Unicode would be compiled once for each character, into 15 MB.
func isTagText(text string, most int) bool {
	return utf8.RuneCountInString(text) <= most && tagCharacters.MatchString(text)
}

// CheckTag says why AWS would refuse a tag.
func CheckTag(key, value string) error {
	switch {
	case strings.HasPrefix(strings.ToLower(key), reservedTags):
		return fmt.Errorf("the tag %q begins with %s, which only AWS itself uses: choose another key", key, reservedTags)
	case key == OwnerTag:
		return fmt.Errorf("the tag %q is this provider's own mark, whose value is its field_manager: choose another key", key)
	case key == "" || !isTagText(key, tagKeyLength):
		return fmt.Errorf("the tag key %q is none that AWS accepts: 1 to 128 letters, digits, spaces and _.:/=+-@", key)
	case !isTagText(value, tagValueLength):
		return fmt.Errorf("the value %q of the tag %q is none that AWS accepts: at most 256 letters, digits, spaces and _.:/=+-@", value, key)
	}
	return nil
}

// CheckOwner says why a field manager cannot be the value of [OwnerTag].
func CheckOwner(fieldManager string) error {
	if isTagText(fieldManager, tagValueLength) {
		return nil
	}
	return fmt.Errorf("the provider's field_manager %q is to be the value of the tag %s, and AWS allows only letters, digits, spaces and _.:/=+-@ there: choose another field_manager", fieldManager, OwnerTag)
}

// Tags are the tags that an object gets: the configuration's default tags, over
// which the resource's own win.
func (c Configuration) Tags(own map[string]string) map[string]string {
	merged := make(map[string]string, len(c.DefaultTags)+len(own))
	maps.Copy(merged, c.DefaultTags)
	maps.Copy(merged, own)
	return merged
}

// owned adds the owner's mark to tags.
func owned(tags map[string]string, owner string) map[string]string {
	marked := maps.Clone(tags)
	if marked == nil {
		marked = map[string]string{}
	}
	marked[OwnerTag] = owner
	return marked
}

// ConfigurableTags leaves out the tags of a live object that no configuration
// sets: the owner's mark, and those of AWS.
func ConfigurableTags(live map[string]string) map[string]string {
	shown := maps.Clone(live)
	maps.DeleteFunc(shown, func(key, _ string) bool { return key == OwnerTag || strings.HasPrefix(key, reservedTags) })
	return shown
}

// tagChanges are the tags to set on a live object, and the keys to remove: those
// that the configuration set formerly and does not any more. Tags of others stay.
func tagChanges(live, former, wanted map[string]string) (set map[string]string, remove []string) {
	set = map[string]string{}
	for key, value := range wanted {
		if current, found := live[key]; !found || current != value {
			set[key] = value
		}
	}
	for key := range former {
		_, stays := wanted[key]
		if _, found := live[key]; found && !stays && key != OwnerTag {
			remove = append(remove, key)
		}
	}
	return set, remove
}
