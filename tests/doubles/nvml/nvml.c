/* A stand-in for libnvidia-ml.so.1: the functions longvid_tui asks, answered from a text file.
 *
 * The file is named by FAKE_NVML and read anew for every answer, so a test may break a GPU while it is sampled.
 * One value a line, the last line that fits wins; `*` stands for every GPU:
 *
 *     init 9                       what nvmlInit answers; `init wedged` never answers
 *     driver 575.57.08
 *     gpus 8
 *     *.name NVIDIA H100 80GB HBM3
 *     3.fault 15                   every question about GPU 3 answers GPU_IS_LOST; `wedged` never answers
 *     *.unsupported power ecc      questions that answer NOT_SUPPORTED
 *     *.missing events             questions that answer FUNCTION_NOT_FOUND, as an older driver does
 *     1.process 4242 21474836480   pid and bytes; one line for each process
 *     0.nvlink 1 2 3               GPUs that GPU 0 reaches by NVLink
 *     4.numa 1
 *     2.xid 79                     told once for every change of this line
 *
 * `wedged` answers again as soon as the file no longer says so. Codes are those of nvml.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, INVALID = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, TIMEOUT = 10, NO_FUNCTION = 13 };

typedef void *device;
struct memory { unsigned long long total, free, used; };
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };
struct utilisation { unsigned gpu, memory; };
struct process { unsigned pid; unsigned long long bytes; unsigned instance, compute; };
struct event { device gpu; unsigned long long type, data; unsigned instance, compute; };
struct event_set { int gpu; long long told; };

/* The nth value of `key` (the last one for nth -1); 0 if there is none. */
static int find(const char *key, int nth, char *value, size_t size) {
    char line[512];
    size_t length = strlen(key);
    int found = 0;
    FILE *file = fopen(getenv("FAKE_NVML") ? getenv("FAKE_NVML") : "", "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, key, length) || line[length] != ' ') continue;
        line[strcspn(line, "\n")] = 0;
        if (nth < 0 || found == nth) snprintf(value, size, "%s", line + length + 1);
        if (found++ == nth) break;
    }
    fclose(file);
    return nth < 0 ? found > 0 : found > nth;
}

static int of(int gpu, const char *name, char *value, size_t size) {
    char key[64];
    snprintf(key, sizeof key, "%d.%s", gpu, name);
    if (find(key, -1, value, size)) return 1;
    snprintf(key, sizeof key, "*.%s", name);
    return find(key, -1, value, size);
}

static int lists(int gpu, const char *name, const char *word) {
    char value[512], *rest = value, *each;
    if (!of(gpu, name, value, sizeof value)) return 0;
    while ((each = strsep(&rest, " ")))
        if (!strcmp(each, word)) return 1;
    return 0;
}

static int code(const char *key) {
    char value[64];
    while (find(key, -1, value, sizeof value)) {
        if (strcmp(value, "wedged")) return atoi(value);
        usleep(10000);
    }
    return SUCCESS;
}

/* What a question about a GPU answers before anything else: its fault, or that the card has no such thing. */
static int refusal(int gpu, const char *question) {
    char key[32];
    snprintf(key, sizeof key, "%d.fault", gpu);
    int fault = code(key);
    if (fault) return fault;
    if (lists(gpu, "missing", question)) return NO_FUNCTION;
    return lists(gpu, "unsupported", question) ? NOT_SUPPORTED : SUCCESS;
}

static unsigned long long number(int gpu, const char *name, unsigned long long otherwise) {
    char value[64];
    return of(gpu, name, value, sizeof value) ? strtoull(value, 0, 0) : otherwise;
}

static int index_of(device gpu) { return (int)(size_t)gpu - 1; }

#define ASK(question) do { int refused = refusal(index_of(gpu), question); if (refused) return refused; } while (0)

int nvmlInitWithFlags(unsigned flags) { (void)flags; return code("init"); }
int nvmlShutdown(void) { return SUCCESS; }

int nvmlSystemGetDriverVersion(char *text, unsigned size) {
    char value[64] = "575.57.08";
    find("driver", -1, value, sizeof value);
    snprintf(text, size, "%s", value);
    return SUCCESS;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
    char value[16] = "1";
    find("gpus", -1, value, sizeof value);
    *count = atoi(value);
    return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device *gpu) {
    unsigned count;
    nvmlDeviceGetCount_v2(&count);
    if (index >= count) return INVALID;
    *gpu = (device)(size_t)(index + 1);
    return refusal(index, "handle");
}

int nvmlDeviceGetName(device gpu, char *text, unsigned size) {
    char value[96] = "NVIDIA H100 80GB HBM3";
    ASK("name");
    of(index_of(gpu), "name", value, sizeof value);
    snprintf(text, size, "%s", value);
    return SUCCESS;
}

int nvmlDeviceGetUUID(device gpu, char *text, unsigned size) {
    ASK("uuid");
    snprintf(text, size, "GPU-%08d-0000-4000-8000-000000000000", index_of(gpu));
    return SUCCESS;
}

int nvmlDeviceGetMemoryInfo(device gpu, struct memory *memory) {
    ASK("memory");
    memory->total = number(index_of(gpu), "memory_total", 85520809984ull);
    memory->used = number(index_of(gpu), "memory_used", 0) + number(index_of(gpu), "memory_reserved", 0);
    memory->free = memory->total - memory->used;
    return SUCCESS;
}

int nvmlDeviceGetMemoryInfo_v2(device gpu, struct memory_v2 *memory) {
    struct memory all;
    ASK("memory_v2");
    int refused = nvmlDeviceGetMemoryInfo(gpu, &all);
    if (refused) return refused;
    memory->reserved = number(index_of(gpu), "memory_reserved", 0);
    memory->total = all.total;
    memory->free = all.free;
    memory->used = all.used - memory->reserved;
    return SUCCESS;
}

int nvmlDeviceGetUtilizationRates(device gpu, struct utilisation *rates) {
    ASK("utilisation");
    rates->gpu = number(index_of(gpu), "utilisation", 0);
    rates->memory = 0;
    return SUCCESS;
}

#define ONE_NUMBER(function, question, otherwise)                                \
    int function(device gpu, unsigned *value) {                                  \
        ASK(question);                                                           \
        *value = number(index_of(gpu), question, otherwise);                     \
        return SUCCESS;                                                          \
    }
ONE_NUMBER(nvmlDeviceGetPowerUsage, "power", 71000)
ONE_NUMBER(nvmlDeviceGetEnforcedPowerLimit, "power_limit", 700000)

int nvmlDeviceGetTemperature(device gpu, int sensor, unsigned *degrees) {
    (void)sensor;
    ASK("temperature");
    *degrees = number(index_of(gpu), "temperature", 31);
    return SUCCESS;
}

int nvmlDeviceGetClockInfo(device gpu, int type, unsigned *mhz) {
    (void)type;
    ASK("clock");
    *mhz = number(index_of(gpu), "clock", 345);
    return SUCCESS;
}

int nvmlDeviceGetMaxClockInfo(device gpu, int type, unsigned *mhz) {
    (void)type;
    ASK("clock_max");
    *mhz = number(index_of(gpu), "clock_max", 1980);
    return SUCCESS;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(device gpu, unsigned long long *reasons) {
    ASK("throttle");
    *reasons = number(index_of(gpu), "throttle", 1);
    return SUCCESS;
}

int nvmlDeviceGetTotalEccErrors(device gpu, int type, int counter, unsigned long long *count) {
    (void)counter;
    ASK("ecc");
    *count = number(index_of(gpu), type ? "ecc_uncorrected" : "ecc_corrected", 0);
    return SUCCESS;
}

int nvmlDeviceGetMigMode(device gpu, unsigned *current, unsigned *pending) {
    ASK("mig");
    *current = *pending = number(index_of(gpu), "mig", 0);
    return SUCCESS;
}

int nvmlDeviceGetComputeRunningProcesses_v3(device gpu, unsigned *count, struct process *found) {
    char key[32], value[64];
    unsigned known = 0, room = *count;
    ASK("processes");
    snprintf(key, sizeof key, "%d.process", index_of(gpu));
    for (; find(key, known, value, sizeof value); known++) {
        if (!found || known >= room) continue;
        found[known] = (struct process){0, ~0ull, ~0u, ~0u};
        sscanf(value, "%u %llu", &found[known].pid, &found[known].bytes);
    }
    *count = known;
    return known > room || (known && !found) ? INSUFFICIENT_SIZE : SUCCESS;
}

int nvmlDeviceGetMemoryAffinity(device gpu, unsigned words, unsigned long *nodes, unsigned scope) {
    (void)scope;
    ASK("numa");
    memset(nodes, 0, words * sizeof *nodes);
    nodes[0] = 1ul << number(index_of(gpu), "numa", 0);
    return SUCCESS;
}

int nvmlDeviceGetTopologyCommonAncestor(device gpu, device other, int *level) {
    ASK("topology");
    *level = number(index_of(gpu), "numa", 0) == number(index_of(other), "numa", 0) ? 40 : 50;
    return SUCCESS;
}

int nvmlDeviceGetP2PStatus(device gpu, device other, int what, int *status) {
    char word[16];
    (void)what;
    ASK("p2p");
    snprintf(word, sizeof word, "%d", index_of(other));
    *status = lists(index_of(gpu), "nvlink", word) ? 0 : 5;
    return SUCCESS;
}

int nvmlEventSetCreate(struct event_set **set) {
    *set = calloc(1, sizeof **set);
    return SUCCESS;
}

int nvmlDeviceRegisterEvents(device gpu, unsigned long long types, struct event_set *set) {
    (void)types;
    ASK("events");
    set->gpu = index_of(gpu);
    return SUCCESS;
}

int nvmlEventSetWait_v2(struct event_set *set, struct event *event, unsigned milliseconds) {
    long long xid = number(set->gpu, "xid", 0);
    int refused = refusal(set->gpu, "events");
    if (refused) return refused;
    if (xid == set->told) {
        usleep(milliseconds * 1000);
        return TIMEOUT;
    }
    set->told = xid;
    *event = (struct event){(device)(size_t)(set->gpu + 1), 8, xid, ~0u, ~0u};
    return SUCCESS;
}

int nvmlEventSetFree(struct event_set *set) {
    free(set);
    return SUCCESS;
}
