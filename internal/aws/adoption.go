package aws

import (
	"fmt"
	"time"
)

// AdoptionWindow is how old an object may be to count as left by an apply that
// was cut off: the next apply seldom comes later than the next working day, and
// what is older has a state somewhere.
const AdoptionWindow = 24 * time.Hour

// ExistsError says that an object of the name exists that Create did not make.
type ExistsError struct {
	// Object is how a sentence names it, such as `IAM role "keda"`.
	Object string
	// Reason is why it does not count as left by an interrupted apply.
	Reason string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s exists already and was not made by this configuration: %s", e.Object, e.Reason)
}

// notLeftByUs says why an object does not count as left by an apply of the
// owner that was cut off, or nothing. The age is the service's, so that clocks
// of this machine that are off count only towards the window.
func notLeftByUs(tags map[string]string, owner string, created, now time.Time) string {
	mark, marked := tags[OwnerTag]
	switch {
	case !marked:
		return fmt.Sprintf("it has no tag %s", OwnerTag)
	case mark != owner:
		return fmt.Sprintf("its tag %s is %q, and this provider's field_manager is %q", OwnerTag, mark, owner)
	case now.Sub(created) > AdoptionWindow:
		return fmt.Sprintf("it was made on %s, which is too long ago for an apply that was cut off", created.UTC().Format(time.DateTime+" MST"))
	}
	return ""
}
