/* The machine web: who starts, in which order. Written by unicc. */
#include <unicc/kernel.h>

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
const bool machine_has_events = true;

static inline uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Instances that have started. */
static unsigned started_count;

void
machine_start(void)
{
	kernel_instance = "lapic_timer";
	kernel_started(kernel_instance, lapic_timer_start());
	started_count = 2;
	kernel_instance = "nic";
	kernel_started(kernel_instance, nic_start());
	started_count = 3;
	kernel_instance = "ip";
	kernel_started(kernel_instance, ip_start());
	started_count = 5;
	kernel_instance = "rtc";
	kernel_started(kernel_instance, rtc_start());
	started_count = 6;
	kernel_instance = "www";
	kernel_started(kernel_instance, www_start());
	started_count = 8;
}

bool
machine_event(void)
{
	bool again = false;

	kernel_instance = "nic";
	again |= nic_event();
	kernel_instance = "ip";
	again |= ip_event();
	return again;
}

void
machine_arm(void)
{
	uint64_t earliest_ns = UINT64_MAX;

	earliest_ns = earlier(earliest_ns, ip_deadline_ns());
	lapic_timer_clock_alarm(earliest_ns);
}

void
machine_stop(void)
{
	if (started_count > 7) {
		kernel_instance = "www";
		www_stop();
	}
	if (started_count > 4) {
		kernel_instance = "ip";
		ip_stop();
	}
	if (started_count > 2) {
		kernel_instance = "nic";
		nic_stop();
	}
}
