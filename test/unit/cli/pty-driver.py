"""Runs a program on a pseudo-terminal. Reads {"argv", "env", "steps": [{"expect", "send"}], "timeout", "rows", "columns"} from
standard input; each step waits until the text appears behind the last one, then types. Prints {"screen", "code", "missed"}."""
import fcntl, json, os, pty, select, struct, sys, termios, time

task = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(task["argv"][0], task["argv"], {**os.environ, **task["env"]})
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", task.get("rows", 40), task.get("columns", 100), 0, 0))
screen, position, missed, ended = "", 0, None, False


def read_some(seconds):
    global screen, ended
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b""
    if not data:
        ended = True
    screen += data.decode("utf-8", "replace")


for step in task["steps"]:
    limit = time.monotonic() + task["timeout"]
    while step["expect"] not in screen[position:] and not ended and time.monotonic() < limit:
        read_some(0.2)
    found = screen.find(step["expect"], position)
    if found < 0:
        missed = step["expect"]
        break
    position = found + len(step["expect"])
    os.write(terminal, step["send"].encode())
limit = time.monotonic() + task["timeout"]
while not ended and missed is None and time.monotonic() < limit:
    read_some(0.2)
if not ended:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
print(json.dumps({"screen": screen, "code": os.waitstatus_to_exitcode(status), "missed": missed}))
