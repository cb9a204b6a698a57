-- An option that nothing reads is a mistake, like every value; one that only
-- another value of env would need is none.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
env = option { choice = { "dev", "prod" }, default = "dev" }
greeting = option { text = true, default = "Hello" }
spare = option { flag = true, default = false }
app = hello { message = env == "prod" and greeting or "Hi" }
