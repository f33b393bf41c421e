@echo off
rem Step 26 of 26: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "e06c3f3ec279a55ae3c7ef51586b0299caf7176d00961e3ee4e7d709d08ba37c"}|| exit /b 1
