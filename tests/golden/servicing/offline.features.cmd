@echo off
rem Step 9 of 26: features into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Enable-Feature /FeatureName:Microsoft-Hyper-V /All /Source:"{{input.features-sxs}}" /LimitAccess
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
dism /English /Image:R:\ /Enable-Feature /FeatureName:NetFx3 /All /Source:"{{input.features-sxs}}" /LimitAccess
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
dism /English /Image:R:\ /Disable-Feature /FeatureName:SMB1Protocol
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed, and this is what it came from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\features.json" echo {"hvsbuild-serviced": 1, "asked": "26e9e7ed83fd919ed2b785bf9d3a0e3bd5042321d1b789a3c019f809a8eaf19a", "fingerprint": "{{input.features-sxs.fingerprint}}"}|| exit /b 1
exit /b 0
