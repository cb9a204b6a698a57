# SPDX-License-Identifier: ISC
# Values that the types and the module's check refuse as at build time, and
# secrets that come from where they should not.
set -- seal-value
. tests/reject/seal.subr
printf 123456789 >"$folder/long"
: >"$folder/empty"
seal --set front.word=much-too-long
seal --set front.word="$(head -c 20000 /dev/zero | tr '\0' o)"
seal --set front.word=closed
seal --set front.key=hunter2
seal --set-file front.key="$folder/long"
seal --set-file front.key="$folder/empty"
seal --set-file front.key="$folder/none"
seal --set-file front.word="$folder/long"
seal --set front.word=ox --set front.word=oy
ls "$folder/out" >&2 2>/dev/null || exit 1
