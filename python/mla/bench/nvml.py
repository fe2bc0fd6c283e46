"""Clocks, power and the driver's version, from NVIDIA's management library; without it everything is unknown."""
# SPDX-License-Identifier: Apache-2.0

import ctypes

CLOCK_SM, CLOCK_MEMORY, TEMPERATURE_GPU = 1, 2, 0


class Nvml:
    """One GPU by the UUID that torch gives. Every value is None where the library, or its answer, is absent."""

    def __init__(self, uuid):
        self.library, self.handle = None, ctypes.c_void_p()
        try:
            self.library = ctypes.CDLL("libnvidia-ml.so.1")
        except OSError:
            return
        name = str(uuid) if str(uuid).startswith("GPU-") else f"GPU-{uuid}"
        if self.library.nvmlInit_v2() or self.library.nvmlDeviceGetHandleByUUID(name.encode(), ctypes.byref(self.handle)):
            self.library = None

    def number(self, function, *arguments, scale=1):
        """What a query of the device answers in its last argument."""
        value = ctypes.c_uint()
        if not self.library or getattr(self.library, function)(self.handle, *arguments, ctypes.byref(value)):
            return None
        return value.value if scale == 1 else round(value.value * scale)

    def sm_clock(self):
        """MHz, now."""
        return self.number("nvmlDeviceGetClockInfo", CLOCK_SM)

    def describe(self):
        """What does not change while a benchmark runs, and the temperature."""
        driver = ctypes.create_string_buffer(96)
        known = self.library and not self.library.nvmlSystemGetDriverVersion(driver, 96)
        return {"driver": driver.value.decode() if known else None,
                "power_limit_w": self.number("nvmlDeviceGetEnforcedPowerLimit", scale=1e-3),
                "sm_clock_max_mhz": self.number("nvmlDeviceGetMaxClockInfo", CLOCK_SM),
                "memory_clock_mhz": self.number("nvmlDeviceGetClockInfo", CLOCK_MEMORY),
                "temperature_c": self.number("nvmlDeviceGetTemperature", TEMPERATURE_GPU)}  # fmt: skip
