# SPDX-License-Identifier: ISC
# A module's check.c would bring a file of the user's into an answer, by a link
# that its folder came with.
set -- checkreads
. tests/reject/app.subr
ln -s /etc/passwd "$folder/app/words.h"
check_c 'text (u32 count)' <<'C'
#include "words.h"
C
"$UNICC" check "$folder/config.lua"
