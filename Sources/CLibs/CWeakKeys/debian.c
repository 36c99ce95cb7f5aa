#include "CWeakKeys.h"

// The release is one file that needs nothing beside it: the list is in it.
static const unsigned char keys[] = {
#embed "debian.bin"
};

const unsigned char *muster_debian_weak_keys(void) { return keys; }

size_t muster_debian_weak_keys_size(void) { return sizeof keys; }
