/* The machine web: who starts, in which order. Written by unicc. */
#include <unicc/kernel.h>

void platform_prepare(void);
int lapic_timer_start(void);
int nic_start(void);
int ip_start(void);
int rtc_start(void);
int www_start(void);
bool nic_event(void);
bool ip_event(void);
uint64_t ip_deadline_ns(void);
void nic_stop(void);
void ip_stop(void);
void www_stop(void);
void lapic_timer_clock_alarm(uint64_t deadline_ns);

const char machine_name[] = "web";

/* Instances that have started. */
static unsigned started_count;

static inline __attribute__((always_inline)) void
machine_start_lapic_timer(void)
{
	kernel_instance = "lapic_timer";
	kernel_started(kernel_instance, lapic_timer_start());
	started_count = 2;
}

static inline __attribute__((always_inline)) void
machine_start_nic(void)
{
	kernel_instance = "nic";
	kernel_started(kernel_instance, nic_start());
	started_count = 3;
}

static inline __attribute__((always_inline)) void
machine_start_ip(void)
{
	kernel_instance = "ip";
	kernel_started(kernel_instance, ip_start());
	started_count = 5;
}

static inline __attribute__((always_inline)) void
machine_start_rtc(void)
{
	kernel_instance = "rtc";
	kernel_started(kernel_instance, rtc_start());
	started_count = 6;
}

static inline __attribute__((always_inline)) void
machine_start_www(void)
{
	kernel_instance = "www";
	kernel_started(kernel_instance, www_start());
	started_count = 8;
}

void
machine_start(void)
{
	machine_start_lapic_timer();
	machine_start_nic();
	machine_start_ip();
	machine_start_rtc();
	machine_start_www();
}

void
machine_prepare(void)
{
	platform_prepare();
}

static inline __attribute__((always_inline)) bool
machine_event_nic(void)
{
	kernel_instance = "nic";
	return nic_event();
}

static inline __attribute__((always_inline)) bool
machine_event_ip(void)
{
	kernel_instance = "ip";
	return ip_event();
}

static bool
machine_event(void)
{
	bool again = false;

	again |= machine_event_nic();
	again |= machine_event_ip();
	return again;
}

static inline __attribute__((always_inline)) uint64_t
machine_deadline_ip(uint64_t earliest_ns)
{
	uint64_t deadline_ns = ip_deadline_ns();

	return deadline_ns < earliest_ns ? deadline_ns : earliest_ns;
}

static void
machine_arm(void)
{
	uint64_t earliest_ns = UINT64_MAX;

	earliest_ns = machine_deadline_ip(earliest_ns);
	lapic_timer_clock_alarm(earliest_ns);
}

void
machine_run(void)
{
	for (;;) {
		while (machine_event())
			;
		machine_arm();
		kernel_idle();
	}
}

static inline __attribute__((always_inline)) void
machine_stop_nic(void)
{
	if (started_count > 2) {
		kernel_instance = "nic";
		nic_stop();
	}
}

static inline __attribute__((always_inline)) void
machine_stop_ip(void)
{
	if (started_count > 4) {
		kernel_instance = "ip";
		ip_stop();
	}
}

static inline __attribute__((always_inline)) void
machine_stop_www(void)
{
	if (started_count > 7) {
		kernel_instance = "www";
		www_stop();
	}
}

void
machine_stop(void)
{
	machine_stop_www();
	machine_stop_ip();
	machine_stop_nic();
}
