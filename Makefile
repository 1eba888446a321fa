# foresink: the things to type. The build itself is Meson's (meson.build); this
# file only knows the way there.
#
#   make run      install what a build needs, build, forecast today
#   make          build in $(BUILD)
#   make test     install what the tests need, test everything
#   make bench    measure
#   make install  into $(PREFIX), below $(DESTDIR)
#   make clean    remove all build trees

BUILD = build
PREFIX = /usr/local

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@meson setup --prefix $(PREFIX) --libdir lib -Dtests=disabled $(BUILD)

run:
	@tests/setup build
	@$(MAKE) --no-print-directory all
	@echo
	@$(BUILD)/src/cmd/foresink forecast --summary
	@echo
	@echo 'Try next, with $(BUILD)/src/cmd/foresink:'
	@echo '  forecast --family conficker    the names of today, in a table'
	@echo '  explain NAME                   whose name is this?'
	@echo '  scan FILE|FOLDER...            which machines in these logs are infected?'
	@echo '  drill 127.0.0.1                does my resolver block them?'
	@echo '  publish FOLDER                 the names in every form that resolvers read'
	@echo '  up --check --config FILE       the daemon that serves, blocks and alerts (docs/guard.md)'
	@echo '  families conficker             what is known of a family'
	@echo '  selftest                       the proof of every generator'

test:
	@tests/setup test || { echo '0 passed, 1 failed'; exit 1; }
	@tests/run

bench: all
	@bench/run $(BUILD)

install: all
	@meson configure -Dprefix=$(PREFIX) $(BUILD)
	@meson install -C $(BUILD)
	@[ -n "$(DESTDIR)" ] || ldconfig || echo 'run ldconfig as root, so that libforesink is found'

clean:
	rm -rf $(BUILD) build-test

.PHONY: all run test bench install clean
