@echo off
rem Step 15 of 26: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "a7e1990411c5816e9463f879983cd10c1b34c780b8fe96b0ab35b24c65a12cc1"}|| exit /b 1
