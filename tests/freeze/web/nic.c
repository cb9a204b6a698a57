/* nic: virtio_net, web.lua:4:7. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "nic"
#define netif_provider nic
#define netif_consumer ip
enum { device_slot = 0, devices_count = 1 };	/* of virtio_mmio */

/* Hooks. */
#define virtio_net_start nic_start
#define virtio_net_event nic_event
#define virtio_net_stop nic_stop

/* Settings. */
/* mac: not given */
enum { virtio_net_mac_is_set = 0 };
static const struct mac virtio_net_mac = { { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 } };
/* receive_slots: default */
enum { virtio_net_receive_slots = 32 };
/* transmit_slots: default */
enum { virtio_net_transmit_slots = 32 };

#include <virtio_net/virtio_net.c>
