# SPDX-License-Identifier: ISC
# Lines that readers of such files disagree about, or that are none.
. tests/reject/option.subr
cat >"$folder/wrong.env" <<'END'
# A comment, and a blank line.

env
1env=prod
env prod
env="prod
env='prod
env="prod" or dev
env="prod"dev
env=$STAGE
env="${STAGE}"
env=a\ b
env=it's
env="\x"
export =prod
export env = "dev" # this one is right
END
printf 'name=a\001b\n' >>"$folder/wrong.env"
"$UNICC" check "$folder/t.lua" --env "$folder/wrong.env"
