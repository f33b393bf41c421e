@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "winpe-rescue", "identity": "a756011c-b088-5fca-876b-a5796cda41a7", "plan": "df57396edf56d2ced8b6e29d221973d33a2e8e6789795d92a86b373cc173f1f2"}|| exit /b 1
