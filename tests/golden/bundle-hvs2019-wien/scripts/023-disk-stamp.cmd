@echo off
rem Step 23 of 23: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-wien", "identity": "be56b317-bda3-56cc-ba55-5280286005a1", "plan": "75d188abbc81dca1c02d840067b4290e3abbd513322d2abb48e4e4006e187ac7"}|| exit /b 1
