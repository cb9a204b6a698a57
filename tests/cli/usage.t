#!/bin/sh
# SPDX-License-Identifier: ISC
# A command line that cannot be meant so is answered with what was meant, with
# how the one command goes, and with exit status 2; help is given where asked.
. "$(dirname "$0")/cli.subr"
hello ok.lua
cp ok.lua ok
mkdir folder

for command in check config run id verify bundle rebuild affected audit why why-not cost modules doc new; do
	says "help of $command" 0 "usage: unicc $command" \
		"$unicc" help $command
	says "$command --help" 0 "usage: unicc $command" \
		"$unicc" $command --help
	says "$command knows --errors=json" 0 "--errors=json" \
		"$unicc" $command -h
	says "$command with an unknown option" 2 \
		"unicc: $command: there is no option --nonsense" \
		"$unicc" $command --nonsense
	says "$command with an empty argument" 2 \
		"$command: an empty argument" "$unicc" $command ''
done
says "help" 0 "Stages of a build" "$unicc" help
says "help of a build" 0 "--until STAGE" "$unicc" ok.lua --help
says "help of no command" 2 "no command nonsense" "$unicc" help nonsense
says "no argument" 2 "what is to be done?" "$unicc"
says "a misspelt command" 2 "is it check?" "$unicc" chek ok.lua
says "a misspelt option" 2 "is it --until?" "$unicc" ok.lua --untl check
says "an option of another command" 2 "there is no option --app" \
	"$unicc" ok.lua --app
says "a misspelt stage" 2 "is it check?" "$unicc" ok.lua --until chek
says "a stage that is none" 2 "there is no stage nonsense" \
	"$unicc" ok.lua --until nonsense
says "-o without its argument" 2 "-o needs DIR" "$unicc" ok.lua -o
says "-o with an empty one" 2 "-o needs DIR" "$unicc" ok.lua -o ''
says "--port without its argument" 2 "--port needs HOST:GUEST" \
	"$unicc" run ok.lua --port
for port in 0:80 80:0 99999:80 80 80: :80 ' 80:80' 80:80x -1:80; do
	says "--port '$port'" 2 "--port $port is not HOST:GUEST" \
		"$unicc" run ok.lua --port "$port"
done
says "a port of ours twice" 2 "port 21234 of this machine twice" \
	"$unicc" run ok.lua --port 21234:80 --port 21234:81
says "two configurations" 2 "one argument too many: b.lua" \
	"$unicc" ok.lua b.lua
says "a configuration not called .lua" 2 "name ends with .lua" "$unicc" ok
says "a folder" 2 "folder is a folder" "$unicc" folder
says "an image in place of its folder" 2 "name its folder, folder" \
	"$unicc" run folder/h.elf
says "no setting after the dot" 2 "httpd has no setting" \
	"$unicc" doc httpd.
says "a misspelt module" 2 "is it httpd?" "$unicc" doc httdp
says "--until check compiles nothing" 0 "exit status 0" \
	"$unicc" ok.lua --until check
[ ! -e build/h/h.elf ]
report "and leaves no image"
finish
