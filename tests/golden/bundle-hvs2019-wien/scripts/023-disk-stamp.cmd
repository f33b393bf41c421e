@echo off
rem Step 23 of 23: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-wien", "identity": "be56b317-bda3-56cc-ba55-5280286005a1", "plan": "d550163651e71defe87af851aadf0f8dd2dfb034b50811d75c359c9c31a2f3e1"}|| exit /b 1
