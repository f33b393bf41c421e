@echo off
rem Step 10 of 26: 3 values in the image's SOFTWARE hive.
rem tweak flash-lifetime: fewer writes to the flash
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Dfrg\BootOptimizeFunction" /v "Enable" /t REG_SZ /d "N" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem the spec itself
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System" /v "LegalNoticeCaption" /t REG_SZ /d "Example AG" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System" /v "LegalNoticeText" /t REG_EXPAND_SZ /d "%%COMPUTERNAME%% is watched." /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
